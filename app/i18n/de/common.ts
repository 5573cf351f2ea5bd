/** What stands on many pages: frame, fields, notices, problems, time. Projects too. */
export const common = {
  Cloakroom: 'Cloakroom',
  'Nothing here': 'Hier ist nichts',
  Name: 'Name',
  'Email address': 'E-Mail-Adresse',
  Password: 'Passwort',
  'Go on': 'Weiter',
  Back: 'Zurück',
  'One moment…': 'Einen Moment …',
  'Sign out': 'Abmelden',
  'Leave this page? What you typed is not saved.':
    'Diese Seite verlassen? Was Sie geschrieben haben, ist nicht gespeichert.',
  'Skip to the content': 'Zum Inhalt springen',
  'Cloakroom: your browser holds a ticket, the coat stays behind the counter.':
    'Cloakroom: Ihr Browser hat die Marke, der Mantel bleibt hinter dem Tresen.',
  Main: 'Hauptmenü',
  Dashboard: 'Übersicht',
  Language: 'Sprache',
  Projects: 'Projekte',
  Events: 'Ereignisse',
  Pages: 'Seiten',
  Newest: 'Neueste',
  Older: 'Ältere',
  Previous: 'Zurück',
  'Page {page} of {last}': 'Seite {page} von {last}',
  Next: 'Weiter',
  'Confirm that it is you': 'Bestätigen Sie, dass Sie es sind',
  'What comes next is sensitive, so please confirm that it is still you.':
    'Was nun kommt, ist heikel. Bitte bestätigen Sie, dass Sie es noch sind.',
  Confirm: 'Bestätigen',
  'Code from your authenticator app': 'Code aus Ihrer Authenticator-App',
  'There is nothing here that you could confirm this with. {link}.':
    'Hier gibt es nichts, womit Sie das bestätigen könnten. {link}.',
  'Choose a new password by mail': 'Wählen Sie per Mail ein neues Passwort',
  'One answer needs another look:|{count} answers need another look:':
    'Eine Angabe braucht noch einen Blick:|{count} Angaben brauchen noch einen Blick:',
  'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec':
    'Januar Februar März April Mai Juni Juli August September Oktober November Dezember',
  '{day} {month} {year}': '{day}. {month} {year}',
  '{count} minute|{count} minutes': '{count} Minute|{count} Minuten',
  '{count} hour|{count} hours': '{count} Stunde|{count} Stunden',
  '{count} day|{count} days': '{count} Tag|{count} Tage',
  '{browser} on {system}': '{browser} unter {system}',
  // Projects
  Project: 'Projekt',
  'Your projects': 'Ihre Projekte',
  'New project': 'Neues Projekt',
  'Create project': 'Projekt anlegen',
  'Creating…': 'Wird angelegt …',
  'Archived projects': 'Archivierte Projekte',
  'Current projects': 'Laufende Projekte',
  'Which projects': 'Welche Projekte',
  Current: 'Laufend',
  Archived: 'Archiviert',
  'Nothing is archived': 'Nichts ist archiviert',
  'Projects that you archive rest here.': 'Hier ruhen die Projekte, die Sie archivieren.',
  'Welcome, {name}': 'Willkommen, {name}',
  'Nothing here yet': 'Noch ist hier nichts',
  'You have no current projects. Give the first one a name and create it.':
    'Sie haben keine laufenden Projekte. Geben Sie dem ersten einen Namen und legen Sie es an.',
  'Archived {time}': 'Archiviert am {time}',
  'No description yet.': 'Noch keine Beschreibung.',
  'Created {time}': 'Angelegt am {time}',
  'last changed {time}': 'zuletzt geändert am {time}',
  'Rename or describe': 'Umbenennen oder beschreiben',
  'Save changes': 'Änderungen speichern',
  'Saving…': 'Wird gespeichert …',
  'Archiving…': 'Wird archiviert …',
  Archive: 'Archivieren',
  'Restoring…': 'Wird zurückgeholt …',
  Restore: 'Zurückholen',
  Delete: 'Löschen',
  'Delete “{name}” for good? This cannot be undone. Archiving keeps it out of sight instead.':
    '„{name}“ endgültig löschen? Das lässt sich nicht rückgängig machen. Archivieren räumt es stattdessen nur aus dem Blick.',
  'Description (optional)': 'Beschreibung (freiwillig)',
  // Notices
  'Project created.': 'Projekt angelegt.',
  'Changes saved.': 'Änderungen gespeichert.',
  'Project archived. You find it under “Archived”.': 'Projekt archiviert. Sie finden es unter „Archiviert“.',
  'Project is back among the current ones.': 'Das Projekt ist wieder bei den laufenden.',
  'Project deleted.': 'Projekt gelöscht.',
  'Account disabled. Its sessions have ended.': 'Konto gesperrt. Seine Sitzungen sind beendet.',
  'Account enabled.': 'Konto freigegeben.',
  'Admin rights given.': 'Adminrechte gegeben.',
  'Admin rights removed.': 'Adminrechte entzogen.',
  'Account deleted.': 'Konto gelöscht.',
  'All sessions of the account have ended.': 'Alle Sitzungen des Kontos sind beendet.',
  'The next sign-in asks for a new password. All sessions of the account have ended.':
    'Die nächste Anmeldung verlangt ein neues Passwort. Alle Sitzungen des Kontos sind beendet.',
  'Session ended. Its browser is signed out with its next request.':
    'Sitzung beendet. Ihr Browser ist mit seiner nächsten Anfrage abgemeldet.',
  'All other sessions have ended.': 'Alle anderen Sitzungen sind beendet.',
  'There were no other sessions.': 'Es gab keine anderen Sitzungen.',
  'We have sent you a mail. Its code is valid for one hour.':
    'Wir haben Ihnen eine Mail gesendet. Ihr Code gilt eine Stunde.',
  'If that address has an account, a mail with a code is on its way. The code is valid for one hour.':
    'Wenn es zu dieser Adresse ein Konto gibt, ist eine Mail mit einem Code unterwegs. Der Code gilt eine Stunde.',
  'We have sent a mail to the new address. Its code is valid for one hour.':
    'Wir haben eine Mail an die neue Adresse gesendet. Ihr Code gilt eine Stunde.',
  'If that address waits to be confirmed, a mail with a code is on its way.':
    'Wenn diese Adresse auf ihre Bestätigung wartet, ist eine Mail mit einem Code unterwegs.',
  'Your password is changed and every session has ended. Sign in with the new one.':
    'Ihr Passwort ist geändert, und alle Sitzungen sind beendet. Melden Sie sich mit dem neuen an.',
  'Your password is changed. Your other sessions have ended.':
    'Ihr Passwort ist geändert. Ihre anderen Sitzungen sind beendet.',
  'Your address is confirmed.': 'Ihre Adresse ist bestätigt.',
  'Your address is changed. Your other sessions have ended.':
    'Ihre Adresse ist geändert. Ihre anderen Sitzungen sind beendet.',
  'Your account has its earlier address again. Its sessions and its password have ended: ask for a new password here.':
    'Ihr Konto hat wieder seine frühere Adresse. Seine Sitzungen und sein Passwort gelten nicht mehr: Fordern Sie hier ein neues Passwort an.',
  'Authenticator app removed. Your other sessions have ended.':
    'Authenticator-App entfernt. Ihre anderen Sitzungen sind beendet.',
  'Passkey renamed.': 'Passkey umbenannt.',
  'Passkey removed. Your other sessions have ended.': 'Passkey entfernt. Ihre anderen Sitzungen sind beendet.',
  'No browser is trusted any more.': 'Keinem Browser wird mehr vertraut.',
  'You are signed in with a recovery code. It will not work again.':
    'Sie sind mit einem Wiederherstellungscode angemeldet. Er gilt kein zweites Mal.',
}
