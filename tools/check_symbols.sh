#!/usr/bin/env bash
# Fails if the engine defines a global symbol that is not Linnet's, which could clash with another library of the app, or
# if an object built for an instruction set defines a weak symbol, which the linker might pick for a lesser processor.
# usage: tools/check_symbols.sh LIBLINNET.a
set -euo pipefail
library=${1:?usage: tools/check_symbols.sh LIBLINNET.a}

# "<object> <kind> <name>" of all global definitions; kinds V, W, u are weak. Names stay as the linker sees them: in those
# that people read, templates begin with the type of their result.
symbols=$(nm --defined-only --extern-only --print-file-name "$library" |
  sed -E 's/^[^ ]*:([^: ]*\.o):[0-9a-f]* ([A-Za-z]) /\1 \2 /')

# C's linnet_*; C++'s whose outermost namespace is linnet or linnet_*, also what belongs to them: statics of functions (Z),
# guards (GV), tables and names of types (TV, TI, TS).
own='(linnet_|_Z(GV|T[VIS])?Z?N[KVRO]*[0-9]+linnet(_[a-z]+)?[0-9NCDI])'
foreign=$(grep -vE "^[^ ]+ [A-Za-z] $own" <<<"$symbols" | c++filt || true)
leaked=$(grep -E '_(sse41|avx2|avx_vnni|avx512|avx512vnni|neon|neon_dotprod|neon_i8mm)(_[a-z0-9]+)?\.(cc\.)?o [VWu] ' <<<"$symbols" | c++filt || true)

status=0
if [ -n "$foreign" ]; then
  echo "check_symbols.sh: symbols outside linnet:: and linnet_:" >&2
  head -40 <<<"$foreign" >&2
  status=1
fi
if [ -n "$leaked" ]; then
  echo "check_symbols.sh: weak symbols in code for one instruction set:" >&2
  head -40 <<<"$leaked" >&2
  status=1
fi
[ $status = 0 ] && echo "$(wc -l <<<"$symbols") global symbols in $library, all of Linnet's own"
exit $status
