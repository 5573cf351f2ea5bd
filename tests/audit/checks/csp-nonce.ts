import { check, observe, observeAnswer } from '../check.ts'

export default check({
  id: 'csp-nonce',
  area: 'headers',
  title: 'Every script carries the nonce of its answer, and no two answers share one',
  rules: ['ASVS 3.4.3', 'ASVS 3.2.2', 'CSP Level 3, 7.1'],
  async *run(context) {
    const seen = new Map<string, number>()
    for (const { answer } of await context.survey()) {
      const nonce = /'nonce-([^']+)'/.exec(String(answer.headers['content-security-policy'] ?? ''))?.[1] ?? ''
      seen.set(nonce, (seen.get(nonce) ?? 0) + 1)
      if (!answer.headers['content-type']?.startsWith('text/html')) continue
      const page = answer.html
      const bare = page.querySelectorAll('script').filter((script) => script.getAttribute('nonce') !== nonce).length
      const inline = page.querySelectorAll('style, [style], iframe, object, embed, base').length
      const handlers =
        /<[a-z][^>]*\son[a-z]+\s*=/i.test(answer.body) || /(?:href|src|action)="javascript:/i.test(answer.body)
      const isSound = bare === 0 && inline === 0 && !handlers
      const observed = `${bare} scripts without it, ${inline} inline styles or embeddings, ${handlers ? 'a' : 'no'} handler`
      yield observeAnswer(answer, isSound, 'no script, style or handler of its own', observed)
    }
    const shared = [...seen].filter(([nonce, count]) => count > 1 || nonce.length < 22).length
    yield observe(
      `nonces of ${seen.size} answers`,
      shared === 0,
      'each at least 128 bits and used once',
      `${shared} shared or short`,
    )
  },
})
