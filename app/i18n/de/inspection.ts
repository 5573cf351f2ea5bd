/** What the server works out for the inspector: facts, the time line, the scenes. Browsers get it in the page. */
export const inspection = {
  // Facts
  'Your ticket': 'Ihre Marke',
  'A number that names your session. It holds no name, no role and no data, and the API would not know what to do with it.':
    'Eine Nummer, die Ihre Sitzung benennt. Sie enthält keinen Namen, keine Rolle und keine Daten, und die API wüsste nichts mit ihr anzufangen.',
  'The seal of a form': 'Das Siegel eines Formulars',
  'Ties a sign-in form to this browser, so that another site cannot sign you in.':
    'Bindet ein Anmeldeformular an diesen Browser, damit keine andere Website Sie anmelden kann.',
  'The mark of a known browser': 'Das Zeichen eines bekannten Browsers',
  'Wrong guesses by strangers cannot lock this browser out of your account.':
    'Falsche Versuche von Fremden können diesen Browser nicht aus Ihrem Konto aussperren.',
  'The ticket of a second step': 'Die Marke eines zweiten Schritts',
  'Says that the password was right. It opens the second step and nothing else.':
    'Sagt, dass das Passwort stimmte. Sie öffnet den zweiten Schritt und sonst nichts.',
  'The mark of a trusted browser': 'Das Zeichen eines vertrauten Browsers',
  'You asked this browser not to be asked for the second step for a while.':
    'Sie möchten in diesem Browser eine Weile nicht nach dem zweiten Schritt gefragt werden.',
  'The look and language': 'Aussehen und Sprache',
  'What you chose for the pages. It says nothing about anybody and opens nothing.':
    'Was Sie für die Seiten gewählt haben. Es sagt über niemanden etwas und öffnet nichts.',
  'the whole site': 'die ganze Website',
  'never travels unencrypted': 'reist nie unverschlüsselt',
  'no script can read it': 'kein Skript kann es lesen',
  'forms and scripts of other sites do not bring it along':
    'Formulare und Skripte anderer Websites bringen es nicht mit',
  'nothing on another site brings it along, links included':
    'nichts auf einer anderen Website bringt es mit, auch kein Link',
  'Browsers do not tell. It lives until the browser is closed.':
    'Das sagen Browser nicht. Es gilt, bis der Browser geschlossen wird.',
  'Browsers do not tell. It lives {length} at most.': 'Das sagen Browser nicht. Die längste Dauer: {length}.',
  Attributes: 'Attribute',
  'That is: {words}.': 'Das heißt: {words}.',
  Size: 'Größe',
  '{count} bytes with its name': '{count} Byte samt Namen',
  'No room for anything about you.': 'Kein Platz für etwas über Sie.',
  Age: 'Alter',
  'not known': 'nicht bekannt',
  'Counted from when you signed in.': 'Gezählt ab Ihrer Anmeldung.',
  'Counted from when it was last replaced. A copy that somebody took before that gives itself away.':
    'Gezählt ab dem letzten Ersatz. Eine Kopie, die jemand davor gemacht hat, verrät sich.',
  'Browsers take a name with __Host- from this very host only, and one with __Host-Http- never from a script: nobody can plant it.':
    'Einen Namen mit __Host- nehmen Browser nur von genau diesem Host an, einen mit __Host-Http- nie von einem Skript: Niemand kann ein solches Cookie unterschieben.',
  'A token with your data in it would be ten times as long, and travel with every picture.':
    'Ein Token mit Ihren Daten darin wäre zehnmal so lang und reiste mit jedem Bild mit.',
  Generation: 'Generation',
  'How often your ticket has been replaced. The server keeps this number, not the ticket itself.':
    'Wie oft Ihre Marke ersetzt wurde. Der Server behält diese Zahl, nicht die Marke selbst.',
  'Last replaced': 'Zuletzt ersetzt',
  'Due again: your next click gets a new one.': 'Wieder fällig: Ihr nächster Klick bringt eine neue.',
  'Due again in {time}.': 'Bis sie wieder fällig ist: {time}.',
  Confirmed: 'Bestätigt',
  'not yet': 'noch nicht',
  'When your browser first showed the newest ticket. Until then the one before it still counts: the answer may have been lost.':
    'Wann Ihr Browser die neueste Marke zum ersten Mal gezeigt hat. Bis dahin gilt noch die davor: Die Antwort könnte verloren gegangen sein.',
  'The stamp of your device': 'Der Stempel Ihres Geräts',
  'Says that your browser has just signed with a key that never leaves this device. It lasts for minutes.':
    'Sagt, dass Ihr Browser gerade mit einem Schlüssel unterschrieben hat, der dieses Gerät nie verlässt. Er hält Minuten.',
  'Bound to a device': 'An ein Gerät gebunden',
  'Your browser has no key for it, so a copy of the cookies would work until it gives itself away.':
    'Ihr Browser hat dafür keinen Schlüssel, also würde eine Kopie der Cookies gelten, bis sie sich verrät.',
  'When its key was last used. Cookies that somebody copies are worth nothing minutes later.':
    'Wann der Schlüssel zuletzt benutzt wurde. Cookies, die jemand kopiert, sind Minuten später nichts wert.',
  'Your session was bound to this device': 'Ihre Sitzung wurde an dieses Gerät gebunden',
  'Your browser made a key that cannot be copied, and signed with it.':
    'Ihr Browser hat einen Schlüssel gemacht, der sich nicht kopieren lässt, und damit unterschrieben.',
  'Your ticket came without the key of your device': 'Ihre Marke kam ohne den Schlüssel Ihres Geräts',
  'Turned away, as a copy would be. Nothing was changed and the session went on.':
    'Abgewiesen, wie es eine Kopie würde. Nichts wurde geändert, und die Sitzung ging weiter.',
  'A proof of your device was turned away': 'Ein Nachweis Ihres Geräts wurde abgewiesen',
  'What was wrong with it: {reason}.': 'Was daran nicht stimmte: {reason}.',
  'Ends when unused': 'Endet unbenutzt',
  'Somebody who finds your laptop next month finds it signed out.':
    'Wer nächsten Monat Ihren Laptop findet, findet ihn abgemeldet.',
  'Ends for good': 'Endet endgültig',
  'Replacing the ticket never moves this. Then you sign in again.':
    'Das verschiebt kein Ersatz der Marke. Danach melden Sie sich neu an.',
  'Issued by (iss)': 'Ausgestellt von (iss)',
  'Only one address may issue tokens for the API.': 'Nur eine Adresse darf Tokens für die API ausstellen.',
  'Meant for (aud)': 'Bestimmt für (aud)',
  'Any other API would turn it away.': 'Jede andere API würde es abweisen.',
  'About (sub)': 'Über (sub)',
  'You, as the API knows you.': 'Sie, wie die API Sie kennt.',
  'Your address (email)': 'Ihre Adresse (email)',
  'So that the API need not ask who you are.': 'Damit die API nicht fragen muss, wer Sie sind.',
  'Roles (roles)': 'Rollen (roles)',
  'Taken fresh from the store: a role that was withdrawn a second ago is gone.':
    'Frisch aus dem Speicher: Eine Rolle, die vor einer Sekunde entzogen wurde, ist weg.',
  'Used by (client_id)': 'Benutzt von (client_id)',
  'The server you are talking to, not your browser.': 'Vom Server, mit dem Sie sprechen, nicht von Ihrem Browser.',
  'Session (sid)': 'Sitzung (sid)',
  'The row above.': 'Die Zeile oben.',
  'Signed in with (amr)': 'Angemeldet mit (amr)',
  'How you proved who you are.': 'Wie Sie nachgewiesen haben, wer Sie sind.',
  'Its own number (jti)': 'Die eigene Nummer (jti)',
  'No two requests have the same.': 'Keine zwei Anfragen haben dieselbe.',
  'Life so far': 'Leben bisher',
  'less than a second': 'weniger als eine Sekunde',
  'It was minted for this very request and is forgotten with it. Even if it leaked, it would end in {time}.':
    'Es wurde für genau diese Anfrage gemacht und wird mit ihr vergessen. Selbst wenn es herausgelangte, bliebe ihm nicht viel: {time}.',
  'Verified by': 'Geprüft von',
  'the API {audience}; {algorithm}, key {key}': 'der API {audience}; {algorithm}, Schlüssel {key}',
  'without a name': 'ohne Namen',
  'The API trusts no cookie and no network: it checks the signature against the published keys.':
    'Die API traut keinem Cookie und keinem Netz: Sie prüft die Signatur mit den veröffentlichten Schlüsseln.',
  '{count} second|{count} seconds': '{count} Sekunde|{count} Sekunden',
  // The time line
  'A straggler showed ticket {number}': 'Ein Nachzügler zeigte Marke {number}',
  'It had left before the answer with the next ticket came back. Let in, this once.':
    'Er war losgegangen, bevor die Antwort mit der nächsten Marke da war. Dieses eine Mal eingelassen.',
  'An old copy was used: ticket {number}': 'Eine alte Kopie wurde benutzt: Marke {number}',
  'The session ended for whoever held the copy, and for you.':
    'Die Sitzung endete für alle, die die Kopie hatten, und für Sie.',
  'The store was behind: ticket {number}': 'Der Speicher war zurück: Marke {number}',
  'Your ticket was newer than the row, as after a restored backup. The row was brought forward.':
    'Ihre Marke war neuer als die Zeile, wie nach einer eingespielten Sicherung. Die Zeile wurde vorgerückt.',
  'The session was ended': 'Die Sitzung wurde beendet',
  'No ticket of it opens anything.': 'Keine ihrer Marken öffnet noch etwas.',
  'You proved again that it is you': 'Sie haben noch einmal nachgewiesen, dass Sie es sind',
  'A new session took the place of the one before.': 'Eine neue Sitzung trat an die Stelle der alten.',
  'A ticket was turned away': 'Eine Marke wurde abgewiesen',
  'Because the session was over ({reason}).': 'Weil die Sitzung vorbei war ({reason}).',
  'A form was turned away': 'Ein Formular wurde abgewiesen',
  'It did not come from a page of this session. Nothing was changed.':
    'Es kam nicht von einer Seite dieser Sitzung. Es wurde nichts geändert.',
  'A page for admins was refused': 'Eine Seite für Admins wurde verweigert',
  'This account has no such role.': 'Dieses Konto hat keine solche Rolle.',
  'A damaged request was refused': 'Eine beschädigte Anfrage wurde abgelehnt',
  'Before it reached a page.': 'Bevor sie eine Seite erreichte.',
  'Ticket {before} was replaced by ticket {next}': 'Marke {before} wurde durch Marke {next} ersetzt',
  'It was due, so the answer brought the next one.': 'Sie war fällig, darum brachte die Antwort die nächste.',
  'Ticket {number} was shown for the first time': 'Marke {number} wurde zum ersten Mal gezeigt',
  'Your browser has it for certain now.': 'Ihr Browser hat sie jetzt sicher.',
  'The session began': 'Die Sitzung begann',
  'You signed in and got ticket 0.': 'Sie haben sich angemeldet und Marke 0 bekommen.',
  // The sandbox
  'Two tabs at once': 'Zwei Tabs zugleich',
  'Two tabs show the same ticket in the same moment, and it is due to be replaced.':
    'Zwei Tabs zeigen im selben Moment dieselbe Marke, und sie ist fällig.',
  'Both tabs work on, with one and the same new ticket. Nobody was signed out, though the old ticket was shown three times.':
    'Beide Tabs arbeiten weiter, mit ein und derselben neuen Marke. Niemand wurde abgemeldet, obwohl die alte Marke dreimal gezeigt wurde.',
  'A lost answer': 'Eine verlorene Antwort',
  'The new ticket never arrives: a tunnel, a closed laptop. The browser comes back with the old one.':
    'Die neue Marke kommt nie an: ein Tunnel, ein zugeklappter Laptop. Der Browser kommt mit der alten zurück.',
  'The old ticket counts until the new one has been shown once. A bad network costs nobody their session.':
    'Die alte Marke gilt, bis die neue einmal gezeigt wurde. Ein schlechtes Netz kostet niemanden die Sitzung.',
  'A stolen ticket': 'Eine gestohlene Marke',
  'Somebody copies the cookie and shows it after you have moved on.':
    'Jemand kopiert das Cookie und zeigt es, wenn Sie schon weiter sind.',
  'The copy opened nothing, and using it rang the bell. The server cannot know which of the two is you, so both are out; you sign in again, and are told why.':
    'Die Kopie öffnete nichts, und ihr Gebrauch schlug Alarm. Der Server kann nicht wissen, wer von beiden Sie sind, darum sind beide draußen; Sie melden sich neu an und erfahren den Grund.',
  'A faster thief': 'Ein schnellerer Dieb',
  'The thief shows the copy before you do, and gets the next ticket.':
    'Der Dieb zeigt die Kopie vor Ihnen und bekommt die nächste Marke.',
  'The thief was in only until you came back: your own ticket gave the copy away. That is why tickets are replaced so often.':
    'Der Dieb war nur drin, bis Sie zurückkamen: Ihre eigene Marke hat die Kopie verraten. Darum werden Marken so oft ersetzt.',
  'A made-up ticket': 'Eine erfundene Marke',
  'A stranger who knows everything about your session but the key makes a ticket up.':
    'Ein Fremder, der alles über Ihre Sitzung weiß außer dem Schlüssel, erfindet eine Marke.',
  'The seal was wrong, so the store was not even asked. Made-up tickets cannot end your session either; only an old genuine one can.':
    'Das Siegel war falsch, darum wurde der Speicher gar nicht erst gefragt. Erfundene Marken können Ihre Sitzung auch nicht beenden; das kann nur eine alte echte.',
  'The browser': 'Der Browser',
  'Tab A': 'Tab A',
  'Tab B': 'Tab B',
  'The thief': 'Der Dieb',
  'A stranger': 'Ein Fremder',
  'Let in. There was nothing to do and nothing to write.': 'Eingelassen. Es gab nichts zu tun und nichts zu schreiben.',
  'Let in. That the session is in use was noted.': 'Eingelassen. Dass die Sitzung benutzt wird, wurde notiert.',
  'Let in. This ticket is shown for the first time: now the server knows that it arrived.':
    'Eingelassen. Diese Marke wird zum ersten Mal gezeigt: Jetzt weiß der Server, dass sie angekommen ist.',
  'Let in. The ticket was due, so the row moved on and the next ticket went out.':
    'Eingelassen. Die Marke war fällig, darum rückte die Zeile vor und die nächste Marke ging hinaus.',
  'Let in. The next ticket was sent but has never been shown, so its answer must be lost: it is sent again.':
    'Eingelassen. Die nächste Marke wurde gesendet, aber nie gezeigt, also muss ihre Antwort verloren sein: Sie wird noch einmal gesendet.',
  'Let in, this once: it must have left before the new ticket came. Nothing is sent, the jar has the new one.':
    'Dieses eine Mal eingelassen: Sie muss losgegangen sein, bevor die neue Marke kam. Gesendet wird nichts, der Browser hat die neue schon.',
  'Turned away. The next ticket has long been in use, so somebody has a copy. The session ends for everybody.':
    'Abgewiesen. Die nächste Marke ist längst in Gebrauch, also hat jemand eine Kopie. Die Sitzung endet für alle.',
  'Turned away before the store was asked: the seal does not fit the number.':
    'Abgewiesen, bevor der Speicher gefragt wurde: Das Siegel passt nicht zur Nummer.',
  'Let in. It was due here too, but the other tab wrote first; a write only counts while the row is as it was read. Looked again, and sent the very same ticket.':
    'Eingelassen. Sie war auch hier fällig, aber der andere Tab hat zuerst geschrieben; ein Schreiben zählt nur, solange die Zeile noch so ist, wie sie gelesen wurde. Noch einmal nachgesehen und genau dieselbe Marke gesendet.',
  'Turned away. The session is over, so its newest ticket opens nothing either. The sign-in page says why.':
    'Abgewiesen. Die Sitzung ist vorbei, darum öffnet auch ihre neueste Marke nichts. Die Anmeldeseite sagt, warum.',
  confirmed: 'bestätigt',
  'not yet confirmed': 'noch nicht bestätigt',
  'a made-up ticket': 'eine erfundene Marke',
  'ticket {number}': 'Marke {number}',
  '{verdict}, then {next}': '{verdict}, dann {next}',
  'generation {number}, {confirmed}': 'Generation {number}, {confirmed}',
  'ended ({reason})': 'beendet ({reason})',
  'the cookie is cleared': 'das Cookie wird gelöscht',
  '{ticket}, and it gets lost': '{ticket}, und sie geht verloren',
  '{ticket}, the same text as before': '{ticket}, derselbe Text wie zuvor',
  current: 'gültig',
  touch: 'Gebrauch notiert',
  confirm: 'angekommen',
  rotate: 'ersetzt',
  resend: 'noch einmal gesendet',
  straggler: 'Nachzügler',
  reuse: 'alte Kopie',
  malformed: 'unecht',
}
