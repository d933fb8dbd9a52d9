# cmake -D PROGRAM=<a fuzz target> -D READER=<its name> -D WORK=<a directory> -P fuzz.cmake
#
# An input that breaks a promise is WORK/crash-...: once it is mended, add it to tests/fuzz/corpus.
#
# The short run gives the same inputs each time, as many as the machine manages in 20 seconds, so that whether a change passes depends on the change
# (-entropic=0: that schedule asks a clock). A longer run gives others; what libFuzzer finds on its way stays in WORK/corpus, and the next one begins with it.
set(effort -max_total_time=20 -seed=1 -entropic=0)
set(corpus "${WORK}/short")
file(REMOVE_RECURSE "${corpus}")
if(DEFINED ENV{INCONTEXT_FUZZ_RUNS} OR DEFINED ENV{INCONTEXT_FUZZ_SECONDS})
    set(corpus "${WORK}/corpus")
endif()
if(DEFINED ENV{INCONTEXT_FUZZ_RUNS})
    set(effort -runs=$ENV{INCONTEXT_FUZZ_RUNS})
endif()
if(DEFINED ENV{INCONTEXT_FUZZ_SECONDS})
    set(effort -max_total_time=$ENV{INCONTEXT_FUZZ_SECONDS})
endif()
file(MAKE_DIRECTORY "${corpus}")
execute_process(
    COMMAND "${PROGRAM}" ${effort} -max_len=4096 -timeout=10 -print_final_stats=1 "-artifact_prefix=${WORK}/"
        "-dict=${CMAKE_CURRENT_LIST_DIR}/${READER}.dict" "${corpus}" "${CMAKE_CURRENT_LIST_DIR}/corpus/${READER}"
    RESULT_VARIABLE exit_code ERROR_VARIABLE errors)
string(REGEX MATCHALL "broken promise: [^\n]*" promise "${errors}")
string(LENGTH "${errors}" length)
if(length GREATER 4000)
    math(EXPR first "${length} - 4000")
    string(SUBSTRING "${errors}" ${first} -1 errors)
endif()
message("${errors}")
if(NOT exit_code STREQUAL "0")
    message(FATAL_ERROR "${READER}: an input breaks a promise, see ${WORK} (exit code ${exit_code}). ${promise}")
endif()
