/** The mark of Cloakroom: a paper ticket with its perforation and the hook it hangs from. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <path
        className="mark-paper"
        d="M5 6h22a2 2 0 0 1 2 2v5a3 3 0 0 0 0 6v5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-5a3 3 0 0 0 0-6V8a2 2 0 0 1 2-2Z"
      />
      <path className="mark-line" d="M11 9v2m0 3v2m0 3v2" />
      <path className="mark-line" d="M20 13.500a2 2 0 1 1 2-2M20 13.500v2m0 0 5.500 4.500h-11L20 15.500" />
    </svg>
  )
}
