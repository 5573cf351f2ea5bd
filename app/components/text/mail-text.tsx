/** The plain text of a mail, its links to be followed. */
export function MailText({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/\S+)/)
  return (
    <pre className="mail-text">
      {parts.map((part, index) => {
        // Text and links take turns, and the list never changes.
        const key = `${index}`
        return index % 2 === 0 ? (
          part
        ) : (
          <a key={key} href={part}>
            {part}
          </a>
        )
      })}
    </pre>
  )
}
