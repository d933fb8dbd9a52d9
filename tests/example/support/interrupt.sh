# Runs a command and sends it TERM as soon as a file exists. It looks without a pause, because the command may take no
# more than a tenth of a second from there to its end.
#
#     sh interrupt.sh FILE COMMAND...
file=$1
shift
"$@" &
while kill -0 $! 2> /dev/null && [ ! -e "$file" ]; do :; done
kill -TERM $!
wait $!
