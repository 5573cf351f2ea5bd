#!/bin/sh
# argon2 0.45.1 beside @node-rs/argon2 2.2.1.
#
# The string of an Argon2 hash (PHC string format) names its costs in the order m, t, p: memory, passes, lanes. The reference
# implementation and @node-rs/argon2 write them so. The package `argon2` writes m, p, t. Both read either order, but whatever takes
# the string apart by place or by a pattern "m=…,t=…,p=…", as database constraints and importers do, refuses or misreads it.
#
# Seen:
#   argon2 $argon2id$v=19$m=8192,p=1,t=2$
#   @node-rs/argon2 $argon2id$v=19$m=8192,t=2,p=1$
#   each verifies the other's: true true
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund argon2@0.45.1 @node-rs/argon2@2.2.1 >/dev/null 2>&1
cat >hash.mjs <<'SCRIPT'
import * as rust from '@node-rs/argon2'
import argon2 from 'argon2'

const password = 'a window over the harbour'
const costs = { memoryCost: 8192, timeCost: 2, parallelism: 1 }
const [theirs, other] = [await argon2.hash(password, costs), await rust.hash(password, costs)]
const head = (hash) => /^(\$[^$]+){3}\$/.exec(hash)[0]
console.log(`argon2 ${head(theirs)}`)
console.log(`@node-rs/argon2 ${head(other)}`)
console.log(`each verifies the other's: ${await argon2.verify(other, password)} ${await rust.verify(theirs, password)}`)
SCRIPT
seen=$(node hash.mjs)
echo "$seen"
[ "$seen" = "argon2 \$argon2id\$v=19\$m=8192,p=1,t=2\$
@node-rs/argon2 \$argon2id\$v=19\$m=8192,t=2,p=1\$
each verifies the other's: true true" ]
