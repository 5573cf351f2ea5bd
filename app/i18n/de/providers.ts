/** Signing in with an account elsewhere. */
export const providers = {
  'Without it nobody could sign in to this account. Choose a password or add a passkey first.':
    'Ohne sie könnte sich niemand mehr an diesem Konto anmelden. Wählen Sie zuerst ein Passwort oder fügen Sie einen Passkey hinzu.',
  'That did not work': 'Das hat nicht geklappt',
  'Back to sign-in': 'Zurück zur Anmeldung',
  '{name} did not sign you in. Try again, or sign in in another way.':
    '{name} hat Sie nicht angemeldet. Versuchen Sie es noch einmal, oder melden Sie sich auf andere Weise an.',
  '{name} cannot be reached at the moment. Try again shortly, or sign in in another way.':
    '{name} ist gerade nicht zu erreichen. Versuchen Sie es gleich noch einmal, oder melden Sie sich auf andere Weise an.',
  'The answer of {name} could not be confirmed, so nobody was signed in. Begin once more.':
    'Die Antwort von {name} ließ sich nicht bestätigen, darum wurde niemand angemeldet. Beginnen Sie noch einmal.',
  '{name} has not confirmed your email address. Confirm it there, and then sign in here.':
    '{name} hat Ihre E-Mail-Adresse nicht bestätigt. Bestätigen Sie sie dort, und melden Sie sich dann hier an.',
  'There is an account with your email address. Sign in to it with its password or passkey, and then link {name} under “Ways to sign in”.':
    'Es gibt ein Konto mit Ihrer E-Mail-Adresse. Melden Sie sich mit dessen Passwort oder Passkey an, und verknüpfen Sie dann {name} unter „Anmeldearten“.',
  'There is no account here for you. Ask whoever runs this site for one.':
    'Hier gibt es kein Konto für Sie. Bitten Sie die Betreiber dieser Website um eines.',
  'There are twenty links already. Remove one that you no longer use.':
    'Es gibt bereits zwanzig Verknüpfungen. Entfernen Sie eine, die Sie nicht mehr benutzen.',
  'That account of {name} belongs to another account here.':
    'Dieses Konto bei {name} gehört hier zu einem anderen Konto.',
  'Confirm the email address of your account first. Then link the two.':
    'Bestätigen Sie zuerst die E-Mail-Adresse Ihres Kontos. Verknüpfen Sie dann beide.',
  'This sign-in was begun in another browser, took too long, or is done already. Begin once more.':
    'Diese Anmeldung wurde in einem anderen Browser begonnen, hat zu lange gedauert oder ist schon abgeschlossen. Beginnen Sie noch einmal.',
  'Account linked. It signs you in from now on, and your other sessions have ended.':
    'Konto verknüpft. Von nun an meldet es Sie an, und Ihre anderen Sitzungen sind beendet.',
  'Link removed. Your other sessions have ended.': 'Verknüpfung entfernt. Ihre anderen Sitzungen sind beendet.',
  'Accounts elsewhere': 'Konten anderswo',
  'Link an account of {name}': 'Konto bei {name} verknüpfen',
  'Remove this link': 'Verknüpfung entfernen',
  'Sign in with an account elsewhere': 'Mit einem Konto von anderswo anmelden',
  or: 'oder',
  'Continue with {name}': 'Weiter mit {name}',
}
