#!/bin/sh
# A reference pusher: sends a file of measurements (CSV, NDJSON or a workbook, by its name) to the registry until it is in,
# and tells what was rejected.
# It needs curl, and what every POSIX system has beside it (awk, sed, grep -o, gzip).
#
#   sh examples/push.sh [--atomic] [--dry-run] [--gzip] [--semicolon] [--resend] [--again NAME] FILE.csv|FILE.ndjson|FILE.xlsx
#
#   --atomic      all rows or none; otherwise the good rows are written (`partial`)
#   --dry-run     only says what would happen
#   --gzip        sends the file compressed
#   --semicolon   cells are separated by ; and decimals have a comma (of a workbook: those in cells of text)
#   --resend      where figures of the file no longer stand, sends it again: the file was checked, and is right
#   --again NAME  see "The key"
#
# Settings: CLIENT_ID, CLIENT_SECRET, REGISTRY_URL (http://127.0.0.1:3000), PUSH_PATIENCE (seconds without a sign of life
# after which it gives up: 900), PUSH_LANGUAGE (en, vi).
#
# Ends with 0: all rows are in, and stand. 1: some were rejected, or no longer stand (returned, withdrawn, replaced). 2: the file was refused, or given up.
set -u
export LC_ALL=C
url=${REGISTRY_URL:-http://127.0.0.1:3000} patience=${PUSH_PATIENCE:-900} language=${PUSH_LANGUAGE:-en}

say () { printf '%s\n' "$*" >&2; }
stop () { say "$*"; exit 2; }

query=mode=partial dry= gzip= comma= again= resend= file=
while [ $# -gt 0 ]; do
  case $1 in
    --atomic) query=mode=atomic ;;
    --dry-run) dry='&dryRun=true' ;;
    --gzip) gzip=yes ;;
    --semicolon) comma='&decimalComma=true' ;;
    --resend) resend=yes ;;
    --again) again=${2:-}; shift ;;
    -*) stop "unknown option: $1" ;;
    *) file=$1 ;;
  esac
  shift
done
delimiter=
case $file in
  *.[Xx][Ll][Ss][Xx]) type=application/vnd.openxmlformats-officedocument.spreadsheetml.sheet ;;
  *.[Nn][Dd][Jj][Ss][Oo][Nn]) type=application/x-ndjson rest=${file%.*}.rejected.ndjson ;;
  *) type=text/csv rest=${file%.csv}.rejected.csv delimiter=${comma:+'&delimiter=%3B'} ;;
esac
atomic=$query query=$query$dry$delimiter$comma
[ -r "$file" ] && [ -n "${CLIENT_ID:-}" ] && [ -n "${CLIENT_SECRET:-}" ] || stop 'a file is needed, CLIENT_ID and CLIENT_SECRET'

# Only its owner may look into it: the token is kept there, off the command line, which everybody can see.
umask 077
tmp=$(mktemp -d) watcher=
trap 'kill $watcher 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 2' HUP INT TERM

# --- JSON as lines "counts.created<TAB>7", to be read with awk --------------------------------------------------------
json () {
  grep -oE '"([^"\\]|\\.)*"|[][{}:,]|[^][{}:,"[:space:]]+' "$1" | awk '
    $0 == "{" || $0 == "[" { depth++; kind[depth] = $0; key[depth] = 0; named = 0; next }
    $0 == "}" || $0 == "]" { depth--; next }
    $0 == "," { if (kind[depth] == "[") key[depth]++; else named = 0; next }
    $0 == ":" { next }
    { text = $0
      if (text ~ /^"/) { text = substr(text, 2, length(text) - 2); gsub(/\\[nrt]/, " ", text); gsub(/\\\//, "/", text); gsub(/\\"/, "\"", text); gsub(/\\\\/, "\\", text) }
      if (kind[depth] == "{" && !named) { key[depth] = text; named = 1; next }
      path = ""
      for (i = 1; i <= depth; i++) path = path (i > 1 ? "." : "") key[i]
      print path "\t" text }'
}
# The text under a path of the last answer; its receipt may stand in a problem.
field () { json "$tmp/body" | sed 's/^receipt\.//' | awk -F '\t' -v path="$1" '$1 == path { print $2; exit }'; }
code () { json "$tmp/body" | awk -F '\t' '$1 == "code" { print $2; exit }'; }
tally () {
  json "$1" | sed 's/^receipt\.//; s/^data\.0\.//' | awk -F '\t' '
    /^counts\./ { n[substr($1, 8)] = $2 }
    END { if ("received" in n) printf "%d rows: %d created, %d revised, %d unchanged, %d rejected, %d with a warning%s\n", n["received"], n["created"], n["revised"], n["unchanged"], n["rejected"], n["warned"],
      (n["leftEmpty"] > 0 ? "; " n["leftEmpty"] " of a template left empty" : "") }'
}

# --- The key ----------------------------------------------------------------------------------------------------------
# The same file with the same options is the same request, so its key is made of both. A pusher that was killed, and is
# started again knowing nothing, thereby sends the same key: if the file is in, it gets the first receipt, and nothing is
# done twice. Where something else than the file was put right (a grant, a period that was opened again), that receipt
# would only be repeated, for 30 days: --again NAME makes another request of the same file.
sha256 () {
  if command -v sha256sum >/dev/null; then sha256sum; elif command -v shasum >/dev/null; then shasum -a 256; else openssl dgst -sha256 -r; fi | cut -c 1-64
}
make_key () { key=push-$({ printf '%s\n%s\n' "$query" "$again"; cat "$file"; } | sha256); }

# --- Requests: $status (000: the connection was lost), headers and body of the answer in $tmp -------------------------
request () {
  status=$(curl "${meter:--sS}" -o "$tmp/body" -D "$tmp/head" -w '%{http_code}' --connect-timeout 10 --keepalive-time 30 -H "Accept-Language: $language" "$@") || status=000
}
get_token () {
  printf %s "$CLIENT_SECRET" > "$tmp/secret"
  request -d grant_type=client_credentials --data-urlencode "client_id=$CLIENT_ID" --data-urlencode "client_secret@$tmp/secret" "$url/oauth/token"
  [ "$status" = 200 ] || return 1
  printf 'Authorization: Bearer %s\n' "$(field access_token)" > "$tmp/auth"
  expires=$(($(date +%s) + $(field expires_in) - 60))
}
# With a token that is not about to expire, and with another one where it is refused all the same.
expires=0
authorized () {
  [ "$(date +%s)" -lt "$expires" ] || get_token || return
  request -H "@$tmp/auth" "$@"
  [ "$status" != 401 ] || { get_token && request -H "@$tmp/auth" "$@"; }
}
# Repeats a request with growing pauses until its answer is one that does not pass away.
persist () {
  failures=0 alive=$(date +%s)
  while :; do
    : > "$tmp/head"; : > "$tmp/body"
    "$@"
    case $status-$(code) in
      000-*) trouble='connection lost' expires=0 ;; # a server that was started again may not know the token any more
      409-idempotency_in_progress) trouble='still running' alive=$(date +%s) ;;
      408-* | 429-* | 502-* | 503-* | 504-*) trouble="$status $(code) $(tally "$tmp/body")" ;;
      *) return ;;
    esac
    [ $(($(date +%s) - alive)) -le "$patience" ] || stop "given up: $trouble"
    # full jitter: pushers that fail together do not come back together; and never before Retry-After
    pause=$(awk -v n=$failures -v after="$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p' "$tmp/head" | tail -n 1)" -v seed="$(od -An -N4 -tu4 /dev/urandom)" '
      BEGIN { srand(seed); most = 0.5 * 2 ^ n; if (most > 30) most = 30; printf "%.1f", after + rand() * most }')
    say "$trouble: again in $pause s"
    sleep "$pause"
    failures=$((failures + 1))
  done
}

# --- Push -------------------------------------------------------------------------------------------------------------
# How far it is: curl shows the bytes where somebody looks, and here are the rows of the submission that runs.
watch () {
  last=
  while sleep 1 >/dev/null 2>&1; do
    [ -s "$tmp/auth" ] || continue
    curl -sf -H "@$tmp/auth" -G --data-urlencode "client=$CLIENT_ID" -d 'state=running&limit=1' -o "$tmp/running" "$url/v1/submissions" || continue
    now=$(tally "$tmp/running")
    [ "$now" = "$last" ] || say "running: $now"
    last=$now
  done
}
push () {
  if [ -t 2 ]; then meter=-#; fi
  authorized -X POST -T "$body" -H "Idempotency-Key: $key" -H "Content-Type: $type" ${gzip:+-H 'Content-Encoding: gzip'} "$url/v1/submissions?$query"
  meter=
}
body=$file
if [ -n "$gzip" ]; then body=$tmp/file.gz; gzip -c "$file" > "$body" || exit 2; fi
explain () {
  say "refused: $status $(code) $(field title) $(field detail) (request $(field instance))"
  json "$tmp/body" | awk -F '\t' '
    $1 == "line" { print "  line " $2 }
    $1 ~ /^errors\.[0-9]+\.(pointer|parameter|code)$/ { printf "  %s", $2 }
    $1 ~ /^errors\.[0-9]+\.detail$/ { print ": " $2 }' >&2
  exit 2
}
send () {
  make_key
  say "sending $(($(wc -c < "$body"))) bytes"
  watch & watcher=$!
  persist push
  kill $watcher; wait $watcher 2>/dev/null; watcher=
  [ "$status" -lt 400 ] || [ "$(code)" = submission_rejected ] || explain
  replayed=
  if grep -qi '^idempotency-replayed: true' "$tmp/head"; then replayed=yes; say 'this file was sent before: the receipt of then'; fi
  rows=$(field rows) rejected=$(field counts.rejected) unchanged=$(field counts.unchanged)
  say "$(field state): $(tally "$tmp/body")$([ "$rows" = null ] || echo "; all rows at $rows")"
  cp "$tmp/body" "$tmp/receipt"
}

# --- What no longer stands --------------------------------------------------------------------------------------------
# A receipt that is repeated, and a row that is unchanged, say what was done then. Since then a reviewer may have returned
# the figure, or somebody withdrawn or corrected it: prints which rows no longer stand, and counts them in $fallen.
find_fallen () {
  fallen=0
  [ "$rows" != null ] && { [ -n "$replayed" ] || [ "$unchanged" -gt 0 ]; } || return 0
  next="$rows?standing=false&limit=500"
  while [ -n "$next" ]; do
    persist authorized "$next"
    [ "$status" = 200 ] || explain
    json "$tmp/body" | awk -F '\t' -v url="$url" '
      $1 !~ /^data\.[0-9]+\./ { next }
      { split($1, part, "."); place = part[2] + 0; if (place > last) last = place; row[place substr($1, length(part[1] part[2]) + 2)] = $2; seen = 1 }
      END { for (i = 0; seen && i <= last; i++)
        print "line " row[i ".line"] ((i ".itemId") in row ? " (" row[i ".itemId"] ")" : "") ": " row[i ".standing"] ": see " url "/v1/measurements/" row[i ".measurement.id"] "/history" }' > "$tmp/fallen"
    cat "$tmp/fallen"
    fallen=$((fallen + $(wc -l < "$tmp/fallen")))
    next=$(field next)
  done
  cp "$tmp/receipt" "$tmp/body"
  [ "$fallen" = 0 ] || say "$fallen rows no longer stand: correct them, or, where they were checked and are right, send with --resend (a figure that was accepted or withdrawn needs a reason of its own)"
}

send
find_fallen
if [ "$fallen" -gt 0 ] && [ -n "$resend" ]; then
  again=$(od -An -N16 -tx1 /dev/urandom) # a key that was never used: the same file is another request
  send
  find_fallen
fi
[ "$rejected" -gt 0 ] || [ "$fallen" -gt 0 ] || exit 0
[ "$rejected" -gt 0 ] || exit 1

# --- What was rejected: from the receipt, or page by page where there are more than it shows --------------------------
# Prints the faults of an answer's rows, and keeps the numbers of their lines.
print_rejected () {
  json "$tmp/body" | sed 's/^receipt\.//' | awk -F '\t' -v lines="$1" '
    function flush (i) {
      if (row["outcome"] == "rejected") {
        print row["line"] > lines
        for (i = 0; ("problems." i ".code") in row; i++)
          print "line " row["line"] ("itemId" in row ? " (" row["itemId"] ")" : "") ": " row["problems." i ".code"] " " row["problems." i ".pointer"] ": " row["problems." i ".detail"]
      }
      split("", row)
    }
    $1 !~ /^(exceptions|data)\.[0-9]+\./ { next }
    { split($1, part, "."); name = substr($1, length(part[1] part[2]) + 3) }
    part[2] != index_ { flush(); index_ = part[2] }
    { row[name] = $2 }
    END { flush() }'
}
print_rejected "$tmp/lines" > "$tmp/shown"
if [ "$(wc -l < "$tmp/lines")" -lt "$rejected" ] && [ "$rows" != null ]; then
  : > "$tmp/lines"
  next="$rows?outcome=rejected&limit=500"
  while [ -n "$next" ]; do
    persist authorized "$next"
    [ "$status" = 200 ] || explain
    print_rejected "$tmp/page"
    cat "$tmp/page" >> "$tmp/lines"
    next=$(field next)
  done
else
  cat "$tmp/shown"
fi

if [ -n "$dry" ] || [ "$atomic" = mode=atomic ]; then
  say "nothing was written: correct $file and send it again"
  exit 1
fi
case $type in *sheet)
  say "correct these rows of the sheet in $file and send it again: what is in is unchanged"
  exit 1
esac
# The records that begin on these lines, those of a CSV under its header. A cell that is still open goes on in the next line.
umask 022
awk -v type="$type" 'NR == FNR { wanted[$1]; next }
  type != "text/csv" { if (FNR in wanted) print; next }
  { if (record == "") first = FNR
    record = record $0 "\n"; text = record
    gsub(/"([^"]|"")*"/, "", text)
    if (text ~ /(^|[,;])"[^"]*$/) next
    if (first == 1 || (first in wanted)) printf "%s", record
    record = "" }' "$tmp/lines" "$file" > "$rest"
say "the rejected lines are in $rest: correct them and send that file"
exit 1
