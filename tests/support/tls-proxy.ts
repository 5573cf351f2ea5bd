import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type TlsProxy = {
  /** What browsers see: `https://localhost:<port>`. */
  readonly origin: string
  /** The certificate that browsers are to trust, as a PEM file. */
  readonly certificatePath: string
  /** The `Cookie` header of the newest request; empty when it had none. */
  lastCookies(): string
  stop(): Promise<void>
}

/** Headers that belong to one connection alone (RFC 9110, 7.6.1). */
const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-connection']

/** Starts a proxy that ends TLS with a certificate of its own and passes everything on to `targetPort` on loopback. */
export async function startTlsProxy(port: number, targetPort: number): Promise<TlsProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-tls-'))
  const keyPath = join(folder, 'key.pem')
  const certificatePath = join(folder, 'certificate.pem')
  createCertificate(keyPath, certificatePath)
  const lastCookies = ''
  const proxy = createServer(
    { key: readFileSync(keyPath), cert: readFileSync(certificatePath) },
    (incoming, answer) => {
      const headers = {
        ...endToEnd(incoming.headers),
        'x-forwarded-for': [incoming.headers['x-forwarded-for'] ?? [], incoming.socket.remoteAddress].flat().join(', '),
        'x-forwarded-proto': 'https',
      }
      const { method, url: path } = incoming
      const onward = request({ host: '127.0.0.1', port: targetPort, method, path, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, endToEnd(response.headers))
        response.pipe(answer)
      })
      onward.on('error', () => answer.destroy())
      incoming.pipe(onward)
    },
  )
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
  return {
    origin: `https://localhost:${port}`,
    certificatePath,
    lastCookies: () => lastCookies,
    stop: async () => {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)))
}

/** A self-signed certificate for localhost that lives for two days. */
/** A key and a certificate for localhost, of two days. */
export function createCertificate(keyPath: string, certificatePath: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certificatePath, '-days', '2', ...subject], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}
