type PasskeyButtonProps = {
  label: string
  /** Stands in a line above the button. */
  lead?: string
  /** What became of the last try; empty when there is nothing to say. */
  message: string
  onPress: () => Promise<void>
}

/** The button of another way to sign in, and what became of it. */
export function PasskeyButton({ label, lead, message, onPress }: PasskeyButtonProps) {
  return (
    <div className="other-way">
      {lead ? <p className="divider">{lead}</p> : null}
      <button type="button" className="button" onClick={() => void onPress()}>
        {label}
      </button>
      <p role="alert" className="field-error">
        {message}
      </p>
    </div>
  )
}
