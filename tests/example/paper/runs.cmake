# Experiments that fail, that are interrupted, that are done: with programs that leave the results of docs/report.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")
cmake_path(SET report NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../../../docs/report/full")

# A program that says how it was called, and then fails, waits, or leaves its results.
file(WRITE "${WORK}/stub" "#!/bin/sh
name=$(basename $0)
echo \"$name $*\" >> '${WORK}/calls'
while [ $# -gt 0 ]; do
    case $1 in --out) out=$2; shift ;; esac
    shift
done
mkdir -p $out
of=$(basename $out)
if [ -e '${WORK}/fail_'$of ]; then echo a word before >&2; echo \"$name: it broke\" >&2; exit 1; fi
if [ -e '${WORK}/wait_'$of ]; then
    trap 'echo \"$name: interrupted after step 5\" >&2; exit 130' TERM
    echo 5 > $out/checkpoint.json
    if [ -e '${WORK}/long_'$of ]; then sleep 6; fi
    touch '${WORK}/waits'
    while :; do sleep .05; done
fi
if [ -e '${WORK}/nothing_'$of ]; then exit 0; fi
cp '${report}/'$of/* $out
")
file(MAKE_DIRECTORY "${WORK}/programs")
foreach(name one_step iterate sizes depth inputs spectrum softmax layer_norm seeds late_generalisation sine copying blocks)
    file(COPY_FILE "${WORK}/stub" "${WORK}/programs/${name}")
    file(CHMOD "${WORK}/programs/${name}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endforeach()
set(settings --full --out out --programs programs --threads 1)

# expect_calls(NUMBER): so many programs were started since the last time.
function(expect_calls number)
    set(calls)
    if(EXISTS "${WORK}/calls")
        file(STRINGS "${WORK}/calls" calls)
        file(REMOVE "${WORK}/calls")
    endif()
    list(LENGTH calls found)
    if(NOT found EQUAL number)
        message(SEND_ERROR "${number} programs should have been started, not these: ${calls}")
    endif()
    set(calls "${calls}" PARENT_SCOPE)
endfunction()

# expect_one_failure(TEXT): the last sentence on stderr names the experiments that failed, and nothing else.
function(expect_one_failure text)
    string(FIND "${errors}" "paper: these experiments failed: ${text}\n" place)
    if(place EQUAL -1)
        failed("stderr should end with the failure '${text}'")
    endif()
endfunction()

# ---------------------------------------------------------------------- one fails, and does not lose the others ----

file(TOUCH "${WORK}/fail_iterate")
run("${PROGRAM}" ${settings} --only one_step,iterate,softmax_2)
expect_exit_code(1)
if(NOT errors MATCHES "iterate: it broke" OR NOT errors MATCHES "paper: these experiments failed: iterate .it broke.\n$")
    failed("the experiment's sentence, and then that of the program, should stand on stderr")
endif()
expect_calls(3)
file(READ "${WORK}/out/index.html" page)
if(NOT page MATCHES ">failed<" OR NOT page MATCHES "it broke" OR NOT page MATCHES ">equals<" OR NOT page MATCHES ">not run<")
    message(SEND_ERROR "the page should show what failed, what holds, and what has not been run")
endif()

file(READ "${WORK}/out/full/softmax_2.json" state)
if(NOT state MATCHES "\"processor_seconds\": [0-9.e-]+,")
    message(SEND_ERROR "beside the seconds of a run should stand those of processors: ${state}")
endif()
if(NOT page MATCHES "wall time of this run, with [0-9.]+ s of processor time; the machine of reference, idle, takes about 25 s")
    message(SEND_ERROR "the page should tell wall time from processor time, and from that of an idle machine")
endif()

# Also where this program was started to ignore how its children end, as some shells' background jobs are.
run(env --ignore-signal=CHLD "${PROGRAM}" ${settings} --only iterate)
expect_exit_code(1)
expect_one_failure("iterate (it broke)")
expect_calls(1)
run(env --ignore-signal=CHLD "${PROGRAM}" ${settings} --only layer_norm_1)
expect_exit_code(0)
expect_calls(1)

# ----------------------------------------------------------------- the next start repeats what has not been done ----

file(REMOVE "${WORK}/fail_iterate")
expect_success(${settings} --only one_step,iterate,softmax_2)
expect_calls(1)
if(NOT calls MATCHES "^iterate --seeds 5 --out out/full/iterate --threads 1$")
    message(SEND_ERROR "iterate should have been called with the paper's settings, not so: ${calls}")
endif()
expect_success(${settings} --only one_step,iterate,softmax_2)
expect_calls(0)
expect_success(${settings} --only one_step,iterate --again)
expect_calls(2)

# What is finished stays so when it is run once more and fails; and no report is written then.
file(TOUCH "${WORK}/fail_iterate")
run("${PROGRAM}" ${settings} --only iterate --again --report shown)
expect_exit_code(1)
expect_calls(1)
file(REMOVE "${WORK}/fail_iterate")
if(EXISTS "${WORK}/shown")
    message(SEND_ERROR "no report should be written while something failed")
endif()
expect_success(${settings} --only iterate)
expect_calls(0)

# A program that ends well and leaves nothing has failed.
file(TOUCH "${WORK}/nothing_softmax_1")
run("${PROGRAM}" ${settings} --only softmax_1)
expect_exit_code(1)
expect_one_sentence("these experiments failed: softmax_1 (it left no run.json)")
file(REMOVE "${WORK}/nothing_softmax_1" "${WORK}/calls")

# A finished experiment whose results were removed is not done.
file(REMOVE "${WORK}/out/full/one_step/run.json")
expect_success(${settings} --only one_step)
expect_calls(1)

# ------------------------------------------------------------------------------------------------ an interruption ----

file(TOUCH "${WORK}/wait_sizes")
run(sh "${support}/interrupt.sh" "${WORK}/waits" "${PROGRAM}" ${settings} --only sizes,seeds)
expect_exit_code(130)
if(NOT errors MATCHES "sizes: interrupted after step 5\npaper: interrupted in the experiment 'sizes': the same command goes on")
    failed("both programs should say that they were interrupted")
endif()
expect_calls(1)
file(REMOVE "${WORK}/wait_sizes")
expect_success(${settings} --only sizes,seeds)
expect_calls(2)
if(NOT calls MATCHES "^sizes --seeds 5 --out out/full/sizes --threads 1 --resume;seeds --out out/full/seeds --threads 1$")
    message(SEND_ERROR "sizes should have been resumed, not so: ${calls}")
endif()

# A killed program leaves nothing that is believed to be done, and its child ends with it.
file(TOUCH "${WORK}/wait_spectrum")
file(REMOVE "${WORK}/waits")
set(ENV{SIGNAL} KILL)
run(sh "${support}/interrupt.sh" "${WORK}/waits" "${PROGRAM}" ${settings} --only spectrum)
set(ENV{SIGNAL})
file(REMOVE "${WORK}/wait_spectrum")
expect_calls(1)
expect_success(${settings} --only spectrum)
expect_calls(1)

# The seconds of a program that was killed are known, but not those of processors: they do not stand beside each other as if they were of
# the same.
file(TOUCH "${WORK}/wait_blocks")
file(REMOVE "${WORK}/waits")
run(sh "${support}/interrupt.sh" "${WORK}/waits" "${PROGRAM}" ${settings} --only blocks)
expect_exit_code(130)
file(READ "${WORK}/out/full/blocks.json" state)
if(NOT state MATCHES "\"processor_seconds\": [0-9.e-]+,")
    message(SEND_ERROR "the processor time of an interrupted run should be known: ${state}")
endif()
file(TOUCH "${WORK}/long_blocks")
file(REMOVE "${WORK}/waits")
set(ENV{SIGNAL} KILL)
run(sh "${support}/interrupt.sh" "${WORK}/waits" "${PROGRAM}" ${settings} --only blocks)
set(ENV{SIGNAL})
file(REMOVE "${WORK}/wait_blocks" "${WORK}/long_blocks")
expect_success(${settings} --only blocks)
file(READ "${WORK}/out/full/blocks.json" state)
if(NOT state MATCHES "\"progress\": \"finished\"" OR NOT state MATCHES "\"seconds\": ([5-9]|[1-9][0-9]+)\\." OR state MATCHES "processor_seconds")
    message(SEND_ERROR "of a run that was killed the seconds should be known, and not those of processors: ${state}")
endif()
file(REMOVE "${WORK}/calls")

# --------------------------------------------------------------------------------- everything, and what is refused ----

expect_success(${settings})
expect_output(" claims " " 0 have not been run, 0 failed; open out/index.html")
expect_success(${settings} --quiet)

# A run with other options is no result, and is not mixed with another.
file(READ "${WORK}/out/full/copying.json" state)
string(REPLACE "40000" "30000" changed "${state}")
file(WRITE "${WORK}/out/full/copying.json" "${changed}")
file(REMOVE "${WORK}/calls")
run("${PROGRAM}" ${settings} --only copying)
expect_exit_code(1)
expect_one_sentence("these experiments failed: copying ('copying' is of a run with other options")
expect_calls(0)
file(WRITE "${WORK}/out/full/copying.json" "${state}")

# A program that is not there is a failure with a sentence.
file(REMOVE "${WORK}/programs/sine" "${WORK}/out/full/sine.json")
run("${PROGRAM}" ${settings} --only sine)
expect_exit_code(1)
if(NOT errors MATCHES "No such file or directory")
    failed("stderr should say that the program is missing")
endif()
