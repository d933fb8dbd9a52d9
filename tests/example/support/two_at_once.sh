# Runs a command, and a second one as soon as a file exists; ends the first. The exit code and what is printed are the second's.
#
#     sh two_at_once.sh FILE FIRST... -- SECOND...
file=$1
shift
count=0
for argument; do
    [ "$argument" = -- ] && break
    count=$((count + 1))
done
first=
while [ $count -gt 0 ]; do
    first="$first '$1'"
    shift
    count=$((count - 1))
done
shift
eval "exec $first" > /dev/null 2>&1 &
while kill -0 $! 2> /dev/null && [ ! -e "$file" ]; do :; done
"$@"
code=$?
kill -TERM $!
wait $!
exit $code
