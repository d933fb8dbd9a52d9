# Runs a command and sends it TERM (or INT, with SIGNAL=INT) as soon as a file exists. It looks without a pause, because the
# command may take no more than a tenth of a second from there to its end.
#
#     sh interrupt.sh FILE COMMAND...
file=$1
shift
# A shell has its background jobs ignore INT.
if [ "${SIGNAL:-TERM}" = INT ]; then set -- env --default-signal=INT "$@"; fi
"$@" &
while kill -0 $! 2> /dev/null && [ ! -e "$file" ]; do :; done
kill -"${SIGNAL:-TERM}" $!
wait $!
