/** What went wrong: the titles of problems, and what to do by status. */
export const problems = {
  'Try again in {count} second.|Try again in {count} seconds.':
    'Versuchen Sie es in {count} Sekunde wieder.|Versuchen Sie es in {count} Sekunden wieder.',
  'Try again in {count} minute.|Try again in {count} minutes.':
    'Versuchen Sie es in {count} Minute wieder.|Versuchen Sie es in {count} Minuten wieder.',
  'Try again': 'Noch einmal versuchen',
  'Go to the start page': 'Zur Startseite',
  'Reference: {reference}': 'Kennzeichen: {reference}',
  'The address or the form was incomplete or garbled. Go back and try once more.':
    'Die Adresse oder das Formular war unvollständig oder beschädigt. Gehen Sie zurück und versuchen Sie es noch einmal.',
  'You need to be signed in to see this.': 'Dafür müssen Sie angemeldet sein.',
  'Your account may not do this.': 'Ihr Konto darf das nicht.',
  'The address may be mistyped, or what stood here is gone.':
    'Vielleicht ist die Adresse vertippt, oder was hier stand, ist weg.',
  'This address answers differently. Use the links and buttons of the pages.':
    'Diese Adresse antwortet auf andere Weise. Benutzen Sie die Links und Knöpfe der Seiten.',
  'Something changed in the meantime. Look at the newest state and try once more.':
    'Inzwischen hat sich etwas geändert. Sehen Sie sich den neuesten Stand an und versuchen Sie es noch einmal.',
  'What was sent is larger than we accept. Shorten it and try once more.':
    'Das Gesendete ist größer, als wir annehmen. Kürzen Sie es und versuchen Sie es noch einmal.',
  'What was sent has a form that we do not accept.': 'Das Gesendete hat eine Form, die wir nicht annehmen.',
  'The request was meant for another address.': 'Die Anfrage war für eine andere Adresse gedacht.',
  'Give it a moment, then try again.': 'Warten Sie einen Moment, und versuchen Sie es dann noch einmal.',
  'It is not your doing. Try again; if it stays, tell us the reference below.':
    'Das liegt nicht an Ihnen. Versuchen Sie es noch einmal; wenn es bleibt, nennen Sie uns das Kennzeichen unten.',
  'It is not your doing, and you are still signed in. Try again in a moment.':
    'Das liegt nicht an Ihnen, und Sie sind noch angemeldet. Versuchen Sie es gleich noch einmal.',
  // What scripts say of a refusal beside its title
  'Nobody was signed in. Try again, or in another way.':
    'Es wurde niemand angemeldet. Versuchen Sie es noch einmal, oder auf andere Weise.',
  'Enter your password again.': 'Geben Sie Ihr Passwort noch einmal ein.',
  'Your account has no passkey.': 'Ihr Konto hat keinen Passkey.',
  'Load the page anew, and try again.': 'Laden Sie die Seite neu, und versuchen Sie es noch einmal.',
  'The code from the mail does not work.': 'Der Code aus der Mail gilt nicht.',
  'That request could not be read': 'Diese Anfrage war nicht zu lesen',
  'Some of what was entered needs another look': 'Einiges in Ihren Angaben braucht noch einen Blick',
  'Please sign in': 'Bitte melden Sie sich an',
  'Invalid email or password': 'E-Mail-Adresse oder Passwort stimmt nicht',
  'A second step is needed': 'Es braucht einen zweiten Schritt',
  'That was not accepted': 'Das wurde nicht angenommen',
  'The sign-in took too long': 'Die Anmeldung hat zu lange gedauert',
  'The access token was not accepted': 'Das Access-Token wurde nicht angenommen',
  'Confirm your address first': 'Bestätigen Sie zuerst Ihre Adresse',
  'A new password is needed': 'Es braucht ein neues Passwort',
  'Account is disabled': 'Das Konto ist gesperrt',
  'Admin access required': 'Dafür braucht es Adminrechte',
  'That is not allowed': 'Das ist nicht erlaubt',
  'This browser could not show that it is yours': 'Dieser Browser konnte nicht zeigen, dass er Ihrer ist',
  'This needs a session that is bound to a device': 'Dafür braucht es eine Sitzung, die an ein Gerät gebunden ist',
  'Please confirm that it is you': 'Bitte bestätigen Sie, dass Sie es sind',
  'This form could not be trusted': 'Diesem Formular war nicht zu trauen',
  'There is nothing here': 'Hier ist nichts',
  'That does not work this way here': 'So geht das hier nicht',
  'That clashes with something that already exists': 'Das verträgt sich nicht mit etwas, das es schon gibt',
  'That address already has an account': 'Zu dieser Adresse gibt es schon ein Konto',
  'There must always be one admin': 'Es muss immer einen Admin geben',
  'That was too much to send at once': 'Das war zu viel auf einmal',
  'That kind of content is not accepted here': 'Diese Art von Inhalt nehmen wir hier nicht an',
  'This is not the address of this site': 'Das ist nicht die Adresse dieser Website',
  'That could not be carried out': 'Das ließ sich nicht ausführen',
  'Too many tries': 'Zu viele Versuche',
  'The request carried too much with it': 'Die Anfrage brachte zu viel mit',
  'Something went wrong on our side': 'Bei uns ist etwas schiefgegangen',
  'The service behind this page gave no usable answer':
    'Der Dienst hinter dieser Seite hat keine brauchbare Antwort gegeben',
  'We cannot answer right now': 'Wir können gerade nicht antworten',
  'Too much is going on right now': 'Gerade ist zu viel los',
  'The service behind this page took too long': 'Der Dienst hinter dieser Seite hat zu lange gebraucht',
}
