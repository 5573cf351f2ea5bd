/** What mails say and pages do not. */
export const mails = {
  'The address of your account was changed': 'Die Adresse Ihres Kontos wurde geändert',
  'Your account at Cloakroom has another address since {time}. This is the last mail about it to this one.':
    'Ihr Konto bei Cloakroom hat seit {time} eine andere Adresse. Dies ist die letzte Mail dazu an diese hier.',
  'If it was you, there is nothing to do.': 'Wenn Sie es waren, ist nichts zu tun.',
  'If it was not you, undo it within a week. Every session of the account then ends, too:':
    'Wenn Sie es nicht waren, machen Sie die Änderung innerhalb einer Woche rückgängig. Dann enden auch alle Sitzungen des Kontos:',
  'Your account has this address again': 'Ihr Konto hat wieder diese Adresse',
  'The change of address of your account at Cloakroom was undone on {time}.':
    'Die Adressänderung Ihres Kontos bei Cloakroom wurde am {time} rückgängig gemacht.',
  'Whoever changed it knew your password. That password no longer works and every session has ended. Passkeys, apps and recovery codes that were added in the week before the change or after it are gone, too. Choose a new password, and sign in with it:':
    'Wer sie geändert hat, kannte Ihr Passwort. Dieses Passwort gilt nicht mehr, und alle Sitzungen sind beendet. Passkeys, Apps und Wiederherstellungscodes, die in der Woche vor der Änderung oder danach hinzukamen, sind ebenfalls entfernt. Wählen Sie ein neues Passwort und melden Sie sich damit an:',
  'You already have an account': 'Sie haben schon ein Konto',
  'Somebody tried to use this address for an account at Cloakroom. It has one already, so nothing changed.':
    'Jemand wollte diese Adresse für ein Konto bei Cloakroom verwenden. Es gibt dazu schon eines, darum hat sich nichts geändert.',
  'If it was you, sign in. If you no longer know your password, choose a new one.':
    'Wenn Sie es waren, melden Sie sich an. Wenn Sie Ihr Passwort nicht mehr wissen, wählen Sie ein neues.',
  'If it was not you, there is nothing to do.': 'Wenn Sie es nicht waren, ist nichts zu tun.',
  'Somebody gave this address to Cloakroom, most likely you. Confirm it within one hour:':
    'Jemand hat bei Cloakroom diese Adresse angegeben, vermutlich Sie. Bestätigen Sie sie innerhalb einer Stunde:',
  'You will be asked for the password that was chosen along with it. If it was not you, do nothing: without that password nobody gets any further, and this mail is forgotten in an hour.':
    'Sie werden nach dem Passwort gefragt, das dabei gewählt wurde. Wenn Sie es nicht waren, tun Sie nichts: Ohne dieses Passwort kommt niemand weiter, und nach einer Stunde gilt diese Mail nicht mehr.',
  'Confirm your new address': 'Bestätigen Sie Ihre neue Adresse',
  'Somebody wants to use this address for their account at Cloakroom, most likely you. Within one hour:':
    'Jemand möchte diese Adresse für ein Konto bei Cloakroom verwenden, vermutlich Sie. Der Link gilt eine Stunde:',
  'Use this address': 'Diese Adresse verwenden',
  'You have to be signed in. Until you confirm, the account keeps the address that it has.':
    'Sie müssen angemeldet sein. Bis Sie bestätigen, behält das Konto seine jetzige Adresse.',
  'If it was not you, do nothing, and nothing changes.':
    'Wenn Sie es nicht waren, tun Sie nichts, und nichts ändert sich.',
  '{what} It is {time} now.': '{what} Es ist jetzt {time}.',
  'So that nothing is buried, you get no mail about each of them until an hour has passed, only another one like this when their number has doubled. Every one of them stands in your activity:':
    'Damit nichts untergeht, bekommen Sie eine Stunde lang keine Mail zu jedem einzelnen Mal, nur wieder eine wie diese, wenn sich die Zahl verdoppelt hat. Jedes Mal steht in Ihren Aktivitäten:',
  'If that was not you, choose another password, end your other sessions, and look at your ways to sign in:':
    'Waren Sie das nicht, wählen Sie ein anderes Passwort, beenden Sie Ihre anderen Sitzungen und sehen Sie sich Ihre Anmeldearten an:',
  'Many sign-ins to your account from new browsers': 'Viele Anmeldungen an Ihrem Konto mit neuen Browsern',
  'Many of your sessions were ended': 'Viele Ihrer Sitzungen wurden beendet',
  'Your password was changed many times': 'Ihr Passwort wurde viele Male geändert',
  'The password of your account at Cloakroom was changed {count} times within an hour.':
    'Das Passwort Ihres Kontos bei Cloakroom wurde innerhalb einer Stunde {count}-mal geändert.',
  'Your ways to sign in were changed many times': 'Ihre Anmeldearten wurden viele Male geändert',
  'Your account at Cloakroom was signed in to from new browsers {count} times within an hour.':
    'An Ihrem Konto bei Cloakroom hat sich innerhalb einer Stunde {count}-mal jemand mit einem neuen Browser angemeldet.',
  'Within an hour {count} of your sessions at Cloakroom were ended, since old copies of their tickets were used.':
    'Innerhalb einer Stunde wurden {count} Ihrer Sitzungen bei Cloakroom beendet, weil alte Kopien ihrer Tickets benutzt wurden.',
  'How you sign in to your account at Cloakroom was changed, or a recovery code used, {count} times within an hour.':
    'Innerhalb einer Stunde wurde {count}-mal geändert, wie Sie sich an Ihrem Konto bei Cloakroom anmelden, oder ein Wiederherstellungscode benutzt.',
  'Your account was signed in to from a new browser': 'Anmeldung an Ihrem Konto mit einem neuen Browser',
  'Somebody signed in to your account at Cloakroom on {time}. Browser: {browser}. Network address: {address}.':
    'Jemand hat sich am {time} an Ihrem Konto bei Cloakroom angemeldet. Browser: {browser}. Netzwerkadresse: {address}.',
  'If it was you, there is nothing to do. If it was not, end that session:':
    'Wenn Sie es waren, ist nichts zu tun. Wenn nicht, beenden Sie diese Sitzung:',
  'Your sessions': 'Ihre Sitzungen',
  'Then choose another password, because somebody knows the present one:':
    'Wählen Sie dann ein anderes Passwort, denn jemand kennt das jetzige:',
  'The password of your account at Cloakroom was changed by somebody who is signed in and knew the old one, on {time}. Every other session of the account has ended.':
    'Das Passwort Ihres Kontos bei Cloakroom wurde am {time} geändert, von jemandem, der angemeldet war und das alte kannte. Alle anderen Sitzungen des Kontos sind beendet.',
  'A new password was chosen for your account at Cloakroom with a code from a mail to this address, on {time}. Every session has ended.':
    'Für Ihr Konto bei Cloakroom wurde am {time} ein neues Passwort gewählt, mit einem Code aus einer Mail an diese Adresse. Alle Sitzungen sind beendet.',
  'If it was you, there is nothing to do. If it was not, take the account back at once:':
    'Wenn Sie es waren, ist nichts zu tun. Wenn nicht, holen Sie sich das Konto sofort zurück:',
  'Somebody asked for a new password for your account at Cloakroom, most likely you. Within one hour:':
    'Jemand hat für Ihr Konto bei Cloakroom ein neues Passwort angefordert, vermutlich Sie. Der Link gilt eine Stunde:',
  'It ends every session of the account, and you sign in anew with the new password.':
    'Damit enden alle Sitzungen des Kontos, und Sie melden sich mit dem neuen Passwort neu an.',
  'If it was not you, do nothing: your password stays as it is. Never give this code to anybody.':
    'Wenn Sie es nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist. Geben Sie diesen Code nie weiter.',
  'An authenticator app was added': 'Eine Authenticator-App wurde hinzugefügt',
  'The authenticator app was removed': 'Die Authenticator-App wurde entfernt',
  'A passkey was added': 'Ein Passkey wurde hinzugefügt',
  'A passkey was removed': 'Ein Passkey wurde entfernt',
  'Then look at what your account is protected with:': 'Sehen Sie dann nach, womit Ihr Konto geschützt ist:',
  'Your activity': 'Ihre Aktivität',
  'If you restored a browser or a backup, that was you, and there is nothing to do but sign in again.':
    'Wenn Sie einen Browser oder eine Sicherung wiederhergestellt haben, waren Sie es selbst; dann genügt es, sich neu anzumelden.',
  'If not, somebody may have copied it from your device. Look at what happened, and change your password:':
    'Wenn nicht, hat sie vielleicht jemand von Ihrem Gerät kopiert. Sehen Sie nach, was geschehen ist, und ändern Sie Ihr Passwort:',
  'If it was you, there is nothing to do. If it was not, somebody knows your password. Choose another one:':
    'Wenn Sie es waren, ist nichts zu tun. Wenn nicht, kennt jemand Ihr Passwort. Wählen Sie ein anderes:',
  '{done}, on {time}.': '{done}. Das war am {time}.',
  '{done}, on {time}. Every other session of the account has ended.':
    '{done}. Das war am {time}. Alle anderen Sitzungen des Kontos sind beendet.',
  'Signing in to your account at Cloakroom now also asks for a code of an authenticator app. It was added':
    'Ihrem Konto bei Cloakroom wurde eine Authenticator-App hinzugefügt; die Anmeldung verlangt nun auch einen Code daraus',
  'Codes of your authenticator app no longer work at Cloakroom. It was removed':
    'Von Ihrem Konto bei Cloakroom wurde die Authenticator-App entfernt; Codes daraus gelten nicht mehr',
  'A passkey was added to your account at Cloakroom': 'Ihrem Konto bei Cloakroom wurde ein Passkey hinzugefügt',
  'A passkey was removed from your account at Cloakroom': 'Von Ihrem Konto bei Cloakroom wurde ein Passkey entfernt',
  '{provider} now signs you in': 'Anmeldung mit {provider} eingerichtet',
  '{provider} no longer signs you in': 'Anmeldung mit {provider} entfernt',
  'An account at {provider} was linked to your account at Cloakroom and signs you in from now on. It was linked':
    'Ein Konto bei {provider} wurde mit Ihrem Konto bei Cloakroom verknüpft; damit können Sie sich von nun an anmelden',
  'The link between {provider} and your account at Cloakroom was removed. It was removed':
    'Die Verknüpfung zwischen {provider} und Ihrem Konto bei Cloakroom wurde entfernt',
  'New recovery codes were made for your account at Cloakroom, and the old ones no longer work':
    'Für Ihr Konto bei Cloakroom wurden neue Wiederherstellungscodes erzeugt; die alten gelten nicht mehr',
  'A recovery code was used to get into your account at Cloakroom; {left}':
    'Mit einem Wiederherstellungscode hat sich jemand an Ihrem Konto bei Cloakroom angemeldet; {left}',
  'none is left': 'es ist keiner mehr übrig',
  'one is left|{count} are left': 'einer ist noch übrig|{count} sind noch übrig',
  'On {time} an old copy of the ticket of one of your sessions at Cloakroom was used (browser: {browser}). That session has ended, for whoever held the copy as well.':
    'Am {time} wurde eine alte Kopie der Marke einer Ihrer Sitzungen bei Cloakroom benutzt (Browser: {browser}). Diese Sitzung ist beendet, auch für alle, die die Kopie hatten.',
  'Or open {page} and type this code:': 'Oder öffnen Sie {page} und geben Sie diesen Code ein:',
}
