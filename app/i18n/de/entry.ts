/** Getting in: the start page, registering, signing in, codes from mails. */
export const entry = {
  'Keep the ticket, leave the coat': 'Den Mantel abgeben, die Marke behalten',
  'Keep the ticket. Leave the coat.': 'Geben Sie den Mantel ab. Behalten Sie die Marke.',
  'Cloakroom is a small place to keep a list of projects, built around a careful way of staying signed in.':
    'Cloakroom ist ein kleiner Ort für eine Liste von Projekten, gebaut um eine sorgfältige Art, angemeldet zu bleiben.',
  'Go to your dashboard': 'Zur Übersicht',
  Register: 'Registrieren',
  'Sign in': 'Anmelden',
  'What happens when you sign in': 'Was beim Anmelden geschieht',
  'You hold a ticket': 'Sie haben die Marke',
  'Your browser keeps one cookie with a number that means nothing to anyone else. No script can read it.':
    'Ihr Browser bewahrt ein Cookie mit einer Nummer auf, die niemandem sonst etwas sagt. Kein Skript kann sie lesen.',
  'The coat stays here': 'Der Mantel bleibt hier',
  'The access token, which opens your data, is made on the server for each request and never leaves it.':
    'Das Access-Token, das Ihre Daten öffnet, entsteht für jede Anfrage auf dem Server und verlässt ihn nie.',
  'Old tickets open nothing': 'Alte Marken öffnen nichts',
  'The number changes as you go. If somebody shows an old one, the session ends and we tell you.':
    'Die Nummer wechselt unterwegs. Zeigt jemand eine alte vor, endet die Sitzung, und wir sagen es Ihnen.',
  Goodbye: 'Auf Wiedersehen',
  'Your coat is handed back': 'Hier ist Ihr Mantel',
  'Your account is deleted, with its sessions and projects. This browser holds no ticket any more. Goodbye.':
    'Ihr Konto ist gelöscht, mit seinen Sitzungen und Projekten. Dieser Browser hat keine Marke mehr. Auf Wiedersehen.',
  'To the start page': 'Zur Startseite',
  'Forgotten password': 'Passwort vergessen',
  'We send a code to the address of your account. With it you choose a new password.':
    'Wir senden einen Code an die Adresse Ihres Kontos. Damit wählen Sie ein neues Passwort.',
  'Sending the code…': 'Code wird gesendet …',
  'Send the code': 'Code senden',
  'Have a code already?': 'Sie haben schon einen Code?',
  'Enter it': 'Code eingeben',
  'Confirm your address first: enter the code from our mail, or ask for another one.':
    'Bestätigen Sie zuerst Ihre Adresse: Geben Sie den Code aus unserer Mail ein, oder fordern Sie einen neuen an.',
  'Keep me signed in': 'Angemeldet bleiben',
  'For your own device. Otherwise the session ends when you close the browser, at the latest after 12 hours.':
    'Für Ihr eigenes Gerät. Sonst endet die Sitzung, wenn Sie den Browser schließen, spätestens nach 12 Stunden.',
  'Signing in…': 'Anmeldung läuft …',
  'Confirm your address': 'Adresse bestätigen',
  'Forgotten your password?': 'Passwort vergessen?',
  'No account yet?': 'Noch kein Konto?',
  'Second step': 'Zweiter Schritt',
  Code: 'Code',
  'Recovery code': 'Wiederherstellungscode',
  'You sign in as {email}. Now show that it is you.':
    'Sie melden sich als {email} an. Zeigen Sie nun, dass Sie es sind.',
  'Six digits from your authenticator app. Without your phone: one of your recovery codes.':
    'Sechs Ziffern aus Ihrer Authenticator-App. Ohne Ihr Telefon: einer Ihrer Wiederherstellungscodes.',
  'Without your passkey: one of the codes that you kept when you set it up.':
    'Ohne Ihren Passkey: einer der Codes, die Sie beim Einrichten aufbewahrt haben.',
  'Trust this browser for 30 days': 'Diesem Browser 30 Tage lang vertrauen',
  'For your own device. Until then your password is enough here.':
    'Für Ihr eigenes Gerät. Bis dahin genügt hier Ihr Passwort.',
  'Checking…': 'Wird geprüft …',
  'Not you?': 'Nicht Sie?',
  'Sign in as somebody else': 'Als jemand anderes anmelden',
  'That address already has an account.': 'Zu dieser Adresse gibt es schon ein Konto.',
  'How others here see you.': 'So sehen andere Sie hier.',
  'Sign in instead': 'Stattdessen anmelden',
  'At least {minLength} characters. A few words that do not belong together work well.':
    'Mindestens {minLength} Zeichen. Gut sind ein paar Wörter, die nicht zusammengehören.',
  'At least {minLength} characters. A few words that do not belong together work well; common passwords and your own name do not.':
    'Mindestens {minLength} Zeichen. Gut sind ein paar Wörter, die nicht zusammengehören; gängige Passwörter und Ihr Name sind es nicht.',
  'Creating your account…': 'Konto wird angelegt …',
  'Create account': 'Konto anlegen',
  'Already have an account?': 'Sie haben schon ein Konto?',
  'Choose a new password': 'Neues Passwort wählen',
  'Every session of the account ends, and you sign in with the new password.':
    'Alle Sitzungen des Kontos enden, und Sie melden sich mit dem neuen Passwort an.',
  'Code from your app, or a recovery code': 'Code aus Ihrer App oder ein Wiederherstellungscode',
  'No mail, or the code is too old?': 'Keine Mail, oder der Code ist zu alt?',
  'Ask for a new one': 'Neuen Code anfordern',
  'Undo a change of address': 'Adressänderung rückgängig machen',
  'Your account gets the address back that this mail went to. Whoever changed it may know your password, so that ends too, with every session and with whatever was added lately to sign in with. You choose a new password right after.':
    'Ihr Konto bekommt die Adresse zurück, an die diese Mail ging. Wer sie geändert hat, kennt vielleicht Ihr Passwort; darum endet auch dieses, mit allen Sitzungen und mit allem, was in letzter Zeit zum Anmelden hinzugefügt wurde. Gleich danach wählen Sie ein neues Passwort.',
  'Undoing the change…': 'Änderung wird zurückgenommen …',
  'Undo the change': 'Änderung zurücknehmen',
  'The one that you chose with this address. It keeps others from using your click.':
    'Das Passwort, das Sie mit dieser Adresse gewählt haben. So kann niemand Ihren Klick für sich nutzen.',
  'Confirming…': 'Wird bestätigt …',
  'Confirm address': 'Adresse bestätigen',
  'No mail came': 'Es kam keine Mail',
  'Sending…': 'Wird gesendet …',
  'Send it again': 'Noch einmal senden',
  'A code is valid for one hour. After that, {link}.': 'Ein Code gilt eine Stunde. Danach können Sie sich {link}.',
  'register again': 'neu registrieren',
  'You are signed out.': 'Sie sind abgemeldet.',
  'Your session ended because it reached its longest time. Sign in again to go on.':
    'Ihre Sitzung ist beendet, weil ihre längste Dauer erreicht war. Melden Sie sich neu an, um fortzufahren.',
  'That sign-in took too long, or was finished elsewhere. Enter your password again.':
    'Diese Anmeldung hat zu lange gedauert oder wurde anderswo beendet. Geben Sie Ihr Passwort noch einmal ein.',
  'Your session ended because the account was signed in to in too many places, and here it was not used for the longest time.':
    'Ihre Sitzung wurde beendet, weil das Konto an zu vielen Orten angemeldet war und sie am längsten nicht benutzt wurde.',
  'Your session ended because it was not used for a while. Sign in again to go on.':
    'Ihre Sitzung ist beendet, weil sie eine Weile nicht genutzt wurde. Melden Sie sich neu an, um fortzufahren.',
  'Your session ended because it was signed out, here or somewhere else.':
    'Ihre Sitzung ist beendet, weil sie abgemeldet wurde, hier oder anderswo.',
  'Your session ended because someone used an old copy of your ticket. If you restored a browser or a backup, that was you. If not, change your password after you sign in.':
    'Ihre Sitzung ist beendet, weil eine alte Kopie Ihrer Marke benutzt wurde. Wenn Sie einen Browser oder eine Sicherung wiederhergestellt haben, waren Sie es selbst. Wenn nicht, ändern Sie nach dem Anmelden Ihr Passwort.',
  'Your session ended because this account is disabled. An admin can enable it again.':
    'Ihre Sitzung ist beendet, weil dieses Konto gesperrt ist. Eine Administratorin oder ein Administrator kann es wieder freigeben.',
  'It stands in the mail. Capital or small letters, with or without dashes.':
    'Er steht in der Mail. Groß oder klein geschrieben, mit oder ohne Striche.',
  'Code from the mail': 'Code aus der Mail',
  'A coat with the number 217 hangs behind a counter; the ticket with the same number lies on it.':
    'Ein Mantel mit der Nummer 217 hängt hinter einem Tresen; auf dem Tresen liegt die Marke mit derselben Nummer.',
  'No passkey was used.': 'Es wurde kein Passkey benutzt.',
  'Use a passkey': 'Passkey benutzen',
  'Using your passkey here needs JavaScript.': 'Um Ihren Passkey hier zu benutzen, braucht es JavaScript.',
  'Use a passkey instead': 'Stattdessen einen Passkey benutzen',
  'or, with nothing to type': 'oder ohne etwas einzutippen',
  Hide: 'Verbergen',
  Show: 'Anzeigen',
  password: '(Passwort)',
  'Strength of the password': 'Stärke des Passworts',
  '{length} of at least {minLength} characters': '{length} von mindestens {minLength} Zeichen',
  'Long and varied': 'Lang und abwechslungsreich',
  'Long enough; another word would make it better': 'Lang genug; ein weiteres Wort macht es besser',
  'Long enough, but much of it is your own name or address':
    'Lang genug, aber vieles davon ist Ihr Name oder Ihre Adresse',
  'Long enough, but it repeats itself': 'Lang genug, aber es wiederholt sich',
}
