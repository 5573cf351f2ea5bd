import { renderSVG } from 'uqr'

/** A QR picture of `text` as the address of an image: drawn here, so that the secret in it goes nowhere else. */
export function drawQrCode(text: string): string {
  const svg = renderSVG(text, { ecc: 'M', border: 4, pixelSize: 4, whiteColor: '#fff', blackColor: '#000' })
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}
