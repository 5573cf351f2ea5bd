/** Sentences that servers write in English: refusals, and what is wrong with an input. */
export const refusals = {
  // Inputs
  'Enter your email address': 'Geben Sie Ihre E-Mail-Adresse ein',
  'An email address is one line': 'Eine E-Mail-Adresse steht in einer Zeile',
  'An email address has at most 254 characters': 'Eine E-Mail-Adresse hat höchstens 254 Zeichen',
  'Enter an email address like name@example.com': 'Geben Sie eine E-Mail-Adresse wie name@example.com ein',
  'Enter the name that others will see': 'Geben Sie den Namen ein, den andere sehen sollen',
  'A name has at most {count} characters': 'Ein Name hat höchstens {count} Zeichen',
  'A letter has at most 30 accents': 'Ein Buchstabe hat höchstens 30 Akzente',
  'A name is one line of visible characters': 'Ein Name ist eine Zeile aus sichtbaren Zeichen',
  'Choose a password': 'Wählen Sie ein Passwort',
  'A password has at most {count} characters': 'Ein Passwort hat höchstens {count} Zeichen',
  'Use at least {count} characters; a few words work well':
    'Nehmen Sie mindestens {count} Zeichen; gut sind ein paar Wörter',
  'Enter your password': 'Geben Sie Ihr Passwort ein',
  'That is longer than any password here': 'Das ist länger als jedes Passwort hier',
  'Enter the code': 'Geben Sie den Code ein',
  'That is longer than any code here': 'Das ist länger als jeder Code hier',
  'Enter the code from the mail': 'Geben Sie den Code aus der Mail ein',
  'That is longer than any code': 'Das ist länger als jeder Code',
  'Give the project a name': 'Geben Sie dem Projekt einen Namen',
  'A project name has at most 100 characters': 'Ein Projektname hat höchstens 100 Zeichen',
  'A project name is one line': 'Ein Projektname steht in einer Zeile',
  'A description has at most 2,000 characters': 'Eine Beschreibung hat höchstens 2000 Zeichen',
  'A description is plain text': 'Eine Beschreibung ist reiner Text',
  'Name at least one thing to change': 'Nennen Sie mindestens eine Änderung',
  'A reason has at most 200 characters': 'Ein Grund hat höchstens 200 Zeichen',
  'A reason is one line': 'Ein Grund steht in einer Zeile',
  'A reason belongs to disabling': 'Ein Grund gehört zum Sperren',
  'A moment looks like 2026-11-21T12:00': 'Ein Zeitpunkt sieht so aus: 2026-11-21T12:00',
  'There is no such moment': 'Diesen Zeitpunkt gibt es nicht',
  'Type your email address': 'Tippen Sie Ihre E-Mail-Adresse ein',
  'That is not the email address of this account': 'Das ist nicht die E-Mail-Adresse dieses Kontos',
  // New passwords
  'This is on the lists of common passwords, or put together from them. Choose a few words that do not belong together.':
    'Das steht auf den Listen gängiger Passwörter oder ist daraus zusammengesetzt. Wählen Sie ein paar Wörter, die nicht zusammengehören.',
  'This password has turned up in a data breach, so it is on the lists that are tried first. Choose another one.':
    'Dieses Passwort ist in einem Datenleck aufgetaucht und steht darum auf den Listen, die zuerst probiert werden. Wählen Sie ein anderes.',
  'Most of this runs along the keyboard, the alphabet or the digits. Choose a few words that do not belong together.':
    'Das meiste davon folgt der Tastatur, dem Alphabet oder den Ziffern. Wählen Sie ein paar Wörter, die nicht zusammengehören.',
  'This repeats something short until it is long enough. Choose a few different words instead.':
    'Das wiederholt etwas Kurzes, bis es lang genug ist. Wählen Sie stattdessen ein paar verschiedene Wörter.',
  'Little is left of this without your name, your address and the name of this site. Choose words that are not about you.':
    'Ohne Ihren Namen, Ihre Adresse und den Namen dieser Website bleibt davon wenig übrig. Wählen Sie Wörter, die nicht von Ihnen handeln.',
  // Forms
  'An admin has asked for a new password for this account, so this one no longer signs in. Choose a new one with a code from a mail: use the link below.':
    'Für dieses Konto wurde administrativ ein neues Passwort verlangt, darum meldet das jetzige nicht mehr an. Wählen Sie ein neues mit einem Code aus einer Mail: Benutzen Sie den Link unten.',
  'That code is not right, or was used before. Wait for the next one, or check the clock of your phone.':
    'Dieser Code stimmt nicht oder wurde schon benutzt. Warten Sie auf den nächsten, oder prüfen Sie die Uhr Ihres Telefons.',
  'This code does not work. It may be mistyped, used, older than an hour, or replaced by a newer mail. Ask for a new one.':
    'Dieser Code gilt nicht. Vielleicht ist er vertippt, benutzt, älter als eine Stunde oder durch eine neuere Mail ersetzt. Fordern Sie einen neuen an.',
  'This code does not work. It may be mistyped, used, or older than a week.':
    'Dieser Code gilt nicht. Vielleicht ist er vertippt, benutzt oder älter als eine Woche.',
  'This address has an account by now.': 'Zu dieser Adresse gibt es inzwischen ein Konto.',
  'That is not the password of this account.': 'Das ist nicht das Passwort dieses Kontos.',
  'That is not the password that was chosen when this address was entered. If you no longer know it, register again.':
    'Das ist nicht das Passwort, das mit dieser Adresse gewählt wurde. Wenn Sie es nicht mehr wissen, registrieren Sie sich neu.',
  'This is the address that your account has.': 'Das ist die Adresse, die Ihr Konto schon hat.',
  'You are the last admin. Make somebody else an admin first; then you can go.':
    'Sie sind der letzte Admin. Geben Sie zuerst jemand anderem Adminrechte; dann können Sie gehen.',
  'This account has a second step: enter the new password again, and show that it is you.':
    'Dieses Konto hat einen zweiten Schritt: Geben Sie das neue Passwort noch einmal ein, und zeigen Sie, dass Sie es sind.',
  'That was not accepted, or was used before. Enter the password again, and try once more.':
    'Das wurde nicht angenommen oder war schon benutzt. Geben Sie das Passwort noch einmal ein, und versuchen Sie es wieder.',
  'That password is not right.': 'Dieses Passwort stimmt nicht.',
  'That code is not right, or was used before. Wait for the next one.':
    'Dieser Code stimmt nicht oder wurde schon benutzt. Warten Sie auf den nächsten.',
  'That passkey was not accepted, or it took longer than five minutes.':
    'Dieser Passkey wurde nicht angenommen, oder es hat länger als fünf Minuten gedauert.',
  'This password has to be replaced before it works again.': 'Dieses Passwort muss erst ersetzt werden.',
  'What you sent is kept for ten minutes; you can still confirm it, or in another way.':
    'Was Sie gesendet haben, bleibt zehn Minuten erhalten; Sie können es noch bestätigen, auch auf andere Weise.',
  'This session belongs to one device, and your browser could not show just now that it is the one. Nothing was changed and you are still signed in. Try again; if it stays like this, sign in once more.':
    'Diese Sitzung gehört zu einem Gerät, und Ihr Browser konnte gerade nicht zeigen, dass er darauf läuft. Nichts wurde geändert, und Sie sind weiter angemeldet. Versuchen Sie es noch einmal; wenn es so bleibt, melden Sie sich neu an.',
  'Here admins need a browser that binds the session to its device, and yours has not done so (yet). Try again in a moment; if it stays like this, use a current Chrome or Edge on a computer with a security chip.':
    'Hier brauchen Admins einen Browser, der die Sitzung an sein Gerät bindet, und Ihrer hat das (noch) nicht getan. Versuchen Sie es gleich noch einmal; wenn es so bleibt, nehmen Sie ein aktuelles Chrome oder Edge auf einem Rechner mit Sicherheitschip.',
  'This change is sensitive, so please confirm that it is you. What you sent is kept until then.':
    'Diese Änderung ist heikel. Bitte bestätigen Sie, dass Sie es sind. Bis dahin bleibt erhalten, was Sie gesendet haben.',
  'The form waited too long for your confirmation. Nothing was changed; please fill it in once more.':
    'Das Formular hat zu lange auf Ihre Bestätigung gewartet. Es wurde nichts geändert; bitte füllen Sie es noch einmal aus.',
  'Your session was renewed in another tab at this moment. Nothing was changed; please send it once more.':
    'Ihre Sitzung wurde gerade in einem anderen Tab erneuert. Es wurde nichts geändert; bitte senden Sie es noch einmal.',
  'Your password was changed in another tab.': 'Ihr Passwort wurde in einem anderen Tab geändert.',
  // Too many tries
  'There were too many wrong passwords for this account.': 'Für dieses Konto gab es zu viele falsche Passwörter.',
  'There were too many wrong codes for this account.': 'Für dieses Konto gab es zu viele falsche Codes.',
  'There were too many tries from where you are.': 'Von Ihrem Ort aus gab es zu viele Versuche.',
  'There were too many wrong passwords in a row. The password of this account has to be reset.':
    'Es gab zu viele falsche Passwörter hintereinander. Das Passwort dieses Kontos muss zurückgesetzt werden.',
  'There were too many wrong codes in a row. The password of this account has to be reset.':
    'Es gab zu viele falsche Codes hintereinander. Das Passwort dieses Kontos muss zurückgesetzt werden.',
  'That is enough for a while.': 'Das genügt für eine Weile.',
  // Requests
  'The form did not say what to do.': 'Das Formular hat nicht gesagt, was zu tun ist.',
  'The form did not say what to show.': 'Das Formular hat nicht gesagt, was zu zeigen ist.',
  'There is no such session, or it has ended already.': 'Diese Sitzung gibt es nicht, oder sie ist schon beendet.',
  'The address has a part that cannot be right: {names}.':
    'Die Adresse hat einen Teil, der nicht stimmen kann: {names}.',
  'The form did not come from a page of your present session. Nothing was changed. Go back, reload the page and try again.':
    'Das Formular kam nicht von einer Seite Ihrer jetzigen Sitzung. Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.',
  'This was sent from another site. Nothing was changed. Go back, reload the page and try again.':
    'Das wurde von einer anderen Website aus gesendet. Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.',
  'There is no field {name} here.': 'Ein Feld {name} gibt es hier nicht.',
  'This address already has an account': 'Zu dieser Adresse gibt es schon ein Konto',
  'This site is at {origin}.': 'Diese Website ist unter {origin} zu finden.',
  'The address of this page is damaged.': 'Die Adresse dieser Seite ist beschädigt.',
  'Other programs of this computer, or other sites under the same domain, have left so many cookies in your browser that this site could not work. They have just been removed by name, and those of this site are kept. Nothing was changed. Reload the page; if you see this again, reload once more, or delete the cookies of this address in your browser.':
    'Andere Programme dieses Computers oder andere Websites unter derselben Domain haben so viele Cookies in Ihrem Browser hinterlassen, dass diese Website nicht mehr ging. Sie wurden eben namentlich entfernt, die dieser Website sind erhalten. Es wurde nichts geändert. Laden Sie die Seite neu; sehen Sie dies wieder, laden Sie noch einmal neu oder löschen Sie die Cookies dieser Adresse in Ihrem Browser.',
  'The transfer coding of this request is not known here.':
    'Die Übertragungskodierung dieser Anfrage ist hier nicht bekannt.',
  'A cookie of this site came twice. Clear its cookies and sign in again.':
    'Ein Cookie dieser Website kam doppelt. Löschen Sie ihre Cookies und melden Sie sich neu an.',
  'At most {size} KiB can be sent here at once.': 'Hier lassen sich höchstens {size} KiB auf einmal senden.',
  'The request ended before all of it had arrived.': 'Die Anfrage endete, bevor alles angekommen war.',
  'Send this as a form.': 'Senden Sie das als Formular.',
  'Send this as application/json.': 'Senden Sie das als application/json.',
  'The body is not a JSON object.': 'Der Inhalt ist kein JSON-Objekt.',
  'The body is not valid UTF-8.': 'Der Inhalt ist kein gültiges UTF-8.',
  'The form holds broken percent-encoding.': 'Das Formular enthält beschädigte Prozent-Kodierung.',
  'The form could not be read.': 'Das Formular war nicht zu lesen.',
  'Files are not accepted here.': 'Dateien nehmen wir hier nicht an.',
  'A field was sent twice.': 'Ein Feld wurde doppelt gesendet.',
  'A field is too long.': 'Ein Feld ist zu lang.',
  'The form has too many fields.': 'Das Formular hat zu viele Felder.',
  'The address holds broken percent-encoding.': 'Die Adresse enthält beschädigte Prozent-Kodierung.',
  'A parameter of the query was sent twice.': 'Ein Teil der Adresse kam doppelt.',
  'A text holds a character that cannot be kept.': 'Ein Text enthält ein Zeichen, das sich nicht speichern lässt.',
  'Somebody else is changing this account. Please try again.':
    'Jemand anderes ändert dieses Konto gerade. Bitte versuchen Sie es noch einmal.',
  'You have as many projects as one person may. Delete some that you no longer need.':
    'Sie haben so viele Projekte, wie eine Person haben darf. Löschen Sie einige, die Sie nicht mehr brauchen.',
  'This is the last admin. Make somebody else an admin first.':
    'Das ist der letzte Admin. Geben Sie zuerst jemand anderem Adminrechte.',
  'The keys that access tokens are checked with cannot be had at the moment.':
    'Die Schlüssel, mit denen Access-Tokens geprüft werden, sind gerade nicht zu bekommen.',
  'There is no key to sign with.': 'Es gibt keinen Schlüssel zum Signieren.',
  'Another process is changing the keys.': 'Ein anderer Prozess ändert gerade die Schlüssel.',
  // Browsers
  'An unknown browser': 'Ein unbekannter Browser',
  'The command line': 'Die Kommandozeile',
}
