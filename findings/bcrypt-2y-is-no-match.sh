#!/bin/sh
# bcrypt 6.0.0 beside bcryptjs 3.0.3 and @node-rs/bcrypt 2.0.0.
#
# PHP's password_hash and htpasswd write bcrypt hashes with the prefix `$2y$`, which means the same as `$2b$`. The
# package `bcrypt` compares the right password with such a hash and answers false: no error, just a wrong password. The other
# two answer true for the same hash. An import of accounts that verifies with it locks everybody out without a sign.
#
# Seen:
#   $2b$ bcrypt true, bcryptjs true, @node-rs/bcrypt true
#   $2y$ bcrypt false, bcryptjs true, @node-rs/bcrypt true
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund bcrypt@6.0.0 bcryptjs@3.0.3 @node-rs/bcrypt@2.0.0 >/dev/null 2>&1
cat >compare.mjs <<'SCRIPT'
import rust from '@node-rs/bcrypt'
import native from 'bcrypt'
import script from 'bcryptjs'

const hash = await script.hash('a window over the harbour', 4)
for (const prefix of ['$2b$', '$2y$']) {
  const given = prefix + hash.slice(4)
  const answers = await Promise.all(
    [native, script, rust].map((library) => library.compare('a window over the harbour', given)),
  )
  console.log(`${prefix} bcrypt ${answers[0]}, bcryptjs ${answers[1]}, @node-rs/bcrypt ${answers[2]}`)
}
SCRIPT
seen=$(node compare.mjs)
echo "$seen"
[ "$seen" = '$2b$ bcrypt true, bcryptjs true, @node-rs/bcrypt true
$2y$ bcrypt false, bcryptjs true, @node-rs/bcrypt true' ]
