/** What happened to one's account, in sentences. */
export const events = {
  'You ended a session': 'Sie haben eine Sitzung beendet',
  'A session ended because the same browser signed in again':
    'Eine Sitzung endete, weil derselbe Browser sich neu angemeldet hat',
  'A session ended because an old copy of its ticket was used':
    'Eine Sitzung endete, weil eine alte Kopie ihrer Marke benutzt wurde',
  'A session ended because it reached its longest time': 'Eine Sitzung endete, weil ihre längste Dauer erreicht war',
  'A session ended because there were too many; it was not used for the longest time':
    'Eine Sitzung endete, weil es zu viele waren; sie wurde am längsten nicht benutzt',
  'More of the same happened within a minute than is listed one by one':
    'Innerhalb einer Minute geschah mehr davon, als einzeln aufgeführt ist',
  'A session ended because it was not used for a while': 'Eine Sitzung endete, weil sie eine Weile nicht benutzt wurde',
  'A session ended because the account was disabled': 'Eine Sitzung endete, weil das Konto gesperrt wurde',
  'An admin ended your sessions': 'Ein Admin hat Ihre Sitzungen beendet',
  'A session ended because the password was changed': 'Eine Sitzung endete, weil das Passwort geändert wurde',
  'A session ended because a new password was chosen': 'Eine Sitzung endete, weil ein neues Passwort gewählt wurde',
  'A session ended because the email address was changed':
    'Eine Sitzung endete, weil die E-Mail-Adresse geändert wurde',
  'A session ended because the provider that you signed in with said so':
    'Eine Sitzung endete, weil der Anbieter sie beendet hat, über den Sie sich angemeldet haben',
  'A session ended because the earlier email address was restored':
    'Eine Sitzung endete, weil die frühere E-Mail-Adresse wiederhergestellt wurde',
  'You registered': 'Sie haben sich registriert',
  'An admin disabled your account': 'Ein Admin hat Ihr Konto gesperrt',
  'You disabled an account': 'Sie haben ein Konto gesperrt',
  'An admin enabled your account': 'Ein Admin hat Ihr Konto freigegeben',
  'You enabled an account': 'Sie haben ein Konto freigegeben',
  'Your account was deleted': 'Ihr Konto wurde gelöscht',
  'You deleted an account': 'Sie haben ein Konto gelöscht',
  'You downloaded your data': 'Sie haben Ihre Daten heruntergeladen',
  'An admin asked you for a new password': 'Ein Admin hat von Ihnen ein neues Passwort verlangt',
  'You asked somebody for a new password': 'Sie haben von jemandem ein neues Passwort verlangt',
  'Your role was changed': 'Ihre Rolle wurde geändert',
  'You changed the role of somebody': 'Sie haben die Rolle von jemandem geändert',
  'Your password was changed': 'Ihr Passwort wurde geändert',
  'You confirmed your email address': 'Sie haben Ihre E-Mail-Adresse bestätigt',
  'A change of your email address was asked for': 'Eine Änderung Ihrer E-Mail-Adresse wurde beantragt',
  'Your email address was changed': 'Ihre E-Mail-Adresse wurde geändert',
  'Your earlier email address was restored': 'Ihre frühere E-Mail-Adresse wurde wiederhergestellt',
  'A code for a forgotten password was asked for': 'Ein Code für ein vergessenes Passwort wurde angefordert',
  'A new password was chosen with a code from a mail': 'Mit einem Code aus einer Mail wurde ein neues Passwort gewählt',
  'You signed in, for the first time on this browser': 'Sie haben sich angemeldet, zum ersten Mal in diesem Browser',
  'You signed in': 'Sie haben sich angemeldet',
  'Somebody signed in with a password that has to be replaced':
    'Jemand wollte sich mit einem Passwort anmelden, das ersetzt werden muss',
  'Somebody tried to sign in with a wrong password': 'Jemand hat versucht, sich mit einem falschen Passwort anzumelden',
  'Somebody tried to sign in while the account was disabled':
    'Jemand hat versucht, sich anzumelden, während das Konto gesperrt war',
  'You signed out': 'Sie haben sich abgemeldet',
  'A second way to prove who you are was added': 'Ein zweiter Nachweis, dass Sie es sind, wurde hinzugefügt',
  'A second way to prove who you are was removed': 'Ein zweiter Nachweis, dass Sie es sind, wurde entfernt',
  'A code or a passkey was used': 'Ein Code oder ein Passkey wurde benutzt',
  'A code or a passkey was refused': 'Ein Code oder ein Passkey wurde abgelehnt',
  'A recovery code was used': 'Ein Wiederherstellungscode wurde benutzt',
  'New recovery codes were made': 'Neue Wiederherstellungscodes wurden erzeugt',
  'Every browser asks for the second step again': 'Jeder Browser fragt wieder nach dem zweiten Schritt',
  'A code from a mail was refused': 'Ein Code aus einer Mail wurde abgelehnt',
  'Your session was bound to its device': 'Ihre Sitzung wurde an ihr Gerät gebunden',
  'Your ticket was shown without the key of your device, and turned away':
    'Ihre Marke wurde ohne den Schlüssel Ihres Geräts gezeigt und abgewiesen',
  'Somebody used an old copy of your ticket': 'Jemand hat eine alte Kopie Ihrer Marke benutzt',
  'You confirmed that it was you': 'Sie haben bestätigt, dass Sie es waren',
  'You ended the sessions of somebody': 'Sie haben die Sitzungen von jemandem beendet',
  'A session ended': 'Eine Sitzung endete',
  'You were turned away from a page for admins': 'Sie wurden von einer Seite für Admins abgewiesen',
  'A form was refused because it may have come from another site':
    'Ein Formular wurde abgelehnt, weil es von einer anderen Website stammen könnte',
  'An account elsewhere was linked to yours': 'Ein Konto anderswo wurde mit Ihrem verknüpft',
  'The link to an account elsewhere was removed': 'Die Verknüpfung mit einem Konto anderswo wurde entfernt',
  'You downloaded security events': 'Sie haben Sicherheitsereignisse heruntergeladen',
  'A download or stream was cut off, because its session or your right to it had ended':
    'Ein Herunterladen oder ein Datenstrom wurde abgebrochen, weil die Sitzung oder Ihr Recht darauf zu Ende war',
}
