import { deployment, met, notApplicable, partly, type Requirement } from './requirement.ts'

/** ASVS 5.0, V12: Secure communication. */
export const v12: readonly Requirement[] = [
  deployment('12.1.1', 1, 'TLS 1.2 and 1.3', 'of the proxy in front'),
  deployment('12.1.2', 2, 'strong ciphers', 'of the proxy in front'),
  notApplicable('12.1.3', 2, 'client certificates', 'there are none'),
  deployment('12.1.4', 3, 'stapling', 'of the proxy in front'),
  deployment('12.1.5', 3, 'encrypted hello', 'of the proxy in front'),
  met(
    '12.2.1',
    1,
    'no http beyond loopback',
    'tests/integration/start.test.ts#plain http away from loopback',
    'check:header-hsts',
  ),
  deployment('12.2.2', 1, 'trusted certificates', 'of the proxy in front'),
  partly(
    '12.3.1',
    2,
    'TLS on every connection',
    'mail and the API beyond loopback ask for it; from the proxy to this process is the owner’s network',
    'tests/unit/mail/mailer.test.ts#offers no TLS beyond loopback gets nothing',
  ),
  met(
    '12.3.2',
    2,
    'certificates are validated',
    'tests/unit/mail/mailer.test.ts#offers no TLS beyond loopback gets nothing',
  ),
  deployment('12.3.3', 2, 'TLS between own services', 'a stand-alone API is reached by the URL that its owner sets'),
  deployment('12.3.4', 2, 'trusted certificates inside', 'as 12.3.3'),
  deployment(
    '12.3.5',
    3,
    'strong authentication inside',
    'the API knows people by signed access tokens; machines are the owner’s',
  ),
]
