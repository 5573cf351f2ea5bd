/** The inspector, and how pages look and speak. */
export const inspector = {
  'Curious how you are signed in?': 'Neugierig, wie Sie angemeldet sind?',
  'See what your browser holds, and what stays here': 'Sehen Sie, was Ihr Browser hat und was hier bleibt',
  'What goes on here': 'Was hier vorgeht',
  'What the server holds': 'Was der Server hat',
  'In short': 'In Kürze',
  'Your browser holds a ticket; the coat stays behind the counter.':
    'Ihr Browser hat die Marke; der Mantel bleibt hinter dem Tresen.',
  'The ticket is a cookie with a number on it. The coat is the token that opens your data: the server makes one for each request, shows it to the API, and forgets it with the answer.':
    'Die Marke ist ein Cookie mit einer Nummer. Der Mantel ist das Token, das Ihre Daten öffnet: Der Server macht für jede Anfrage eines, zeigt es der API und vergisst es mit der Antwort.',
  'Many sites hand the coat to the browser, where any script on the page can take it. Here there is nothing to take, and this page shows all of it. See also {sessions} and {activity}.':
    'Viele Websites geben den Mantel dem Browser, wo ihn jedes Skript der Seite nehmen kann. Hier gibt es nichts zu nehmen, und diese Seite zeigt alles. Siehe auch {sessions} und {activity}.',
  'your activity': 'Ihre Aktivität',
  'What your browser holds': 'Was Ihr Browser hat',
  'Cookies that it could hold, and does not': 'Cookies, die er haben könnte und nicht hat',
  'Cookies that are not Cloakroom’s: {count} bytes.': 'Cookies, die nicht von Cloakroom sind: {count} Byte.',
  'The access token of this request': 'Das Access-Token dieser Anfrage',
  'What it says': 'Was darin steht',
  'The API does not tell what it was shown. The token itself stays on the server either way.':
    'Die API sagt nicht, was ihr gezeigt wurde. Das Token selbst bleibt ohnehin auf dem Server.',
  'See the defences at work': 'Sehen Sie die Abwehr bei der Arbeit',
  'Each button plays a scene with a made-up session on the server: the same rules and the same code as yours, its own clock, and nothing of yours is touched.':
    'Jeder Knopf spielt auf dem Server eine Szene mit einer ausgedachten Sitzung: dieselben Regeln und derselbe Code wie für Ihre, eine eigene Uhr, und von Ihnen wird nichts angerührt.',
  'Playing…': 'Wird gespielt …',
  '{title}: what happened': '{title}: was geschah',
  '{who} shows {what}': '{who} zeigt {what}',
  'after {time}': 'nach {time}',
  'Sent to the browser: {sent}. Row afterwards: {row}.': 'An den Browser gesendet: {sent}. Zeile danach: {row}.',
  'The browser shows its ticket to the server; the server shows a token, made for one request, to the API. The token never travels to the browser.':
    'Der Browser zeigt dem Server seine Marke; der Server zeigt der API ein Token, das für eine Anfrage gemacht ist. Das Token gelangt nie zum Browser.',
  'Your browser': 'Ihr Browser',
  'The counter': 'Der Tresen',
  'The API': 'Die API',
  ticket: 'Marke',
  page: 'Seite',
  token: 'Token',
  data: 'Daten',
  'What happened to this session': 'Was mit dieser Sitzung geschah',
  'This session has ended. {link}': 'Diese Sitzung ist beendet. {link}',
  'Load the page anew': 'Seite neu laden',
  Reload: 'Neu laden',
  'The last day, from the record that all servers share. Looking on changes nothing: it neither replaces your ticket nor counts as using the session.':
    'Der letzte Tag, aus der gemeinsamen Aufzeichnung aller Server. Zusehen ändert nichts: Es ersetzt weder Ihre Marke noch gilt es als Gebrauch der Sitzung.',
  'Your session': 'Ihre Sitzung',
  'What a script can read here': 'Was ein Skript hier lesen kann',
  'With scripts switched on, one looks around here right now. None is running.':
    'Sind Skripte eingeschaltet, sieht sich hier gerade eines um. Es läuft keines.',
  'A script that somebody smuggles into a page is the usual thief. It finds nothing to carry away. While the page is open it can still act in your name: no ticket of any kind prevents that.':
    'Ein Skript, das jemand in eine Seite schmuggelt, ist der übliche Dieb. Es findet nichts zum Wegtragen. Solange die Seite offen ist, kann es noch in Ihrem Namen handeln: Das verhindert keine Marke, welcher Art auch immer.',
  'how far you had scrolled': 'wie weit Sie geblättert hatten',
  'that somebody is signed in': 'dass jemand angemeldet ist',
  '"" (empty: scripts see no cookie at all)': '"" (leer: Skripte sehen gar kein Cookie)',
  'this browser does not tell': 'das sagt dieser Browser nicht',
  empty: 'leer',
  'Appearance and language': 'Aussehen und Sprache',
  'As the browser asks for it': 'Wie im Browser eingestellt',
  Colours: 'Farben',
  'As the system has them': 'Wie im System',
  Light: 'Hell',
  Dark: 'Dunkel',
  'Keeping your choice…': 'Auswahl wird gemerkt …',
  'Keep this choice': 'Auswahl behalten',
  'The choice is kept in this browser, in a cookie that says nothing about you.':
    'Die Auswahl bleibt in diesem Browser, in einem Cookie, das nichts über Sie sagt.',
}
