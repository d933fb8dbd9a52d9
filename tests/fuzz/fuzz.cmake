# cmake -D PROGRAM=<a fuzz target> -D READER=<its name> -D WORK=<a directory> -P fuzz.cmake
#
# What libFuzzer finds on its way stays in WORK/corpus, and the next run begins with it. An input that breaks a promise is
# WORK/crash-...: once it is mended, add it to tests/fuzz/corpus.
set(effort -max_total_time=20)
if(DEFINED ENV{INCONTEXT_FUZZ_RUNS})
    set(effort -runs=$ENV{INCONTEXT_FUZZ_RUNS})
endif()
if(DEFINED ENV{INCONTEXT_FUZZ_SECONDS})
    set(effort -max_total_time=$ENV{INCONTEXT_FUZZ_SECONDS})
endif()
file(MAKE_DIRECTORY "${WORK}/corpus")
execute_process(
    COMMAND "${PROGRAM}" ${effort} -max_len=4096 -timeout=10 -print_final_stats=1 "-artifact_prefix=${WORK}/"
        "-dict=${CMAKE_CURRENT_LIST_DIR}/${READER}.dict" "${WORK}/corpus" "${CMAKE_CURRENT_LIST_DIR}/corpus/${READER}"
    RESULT_VARIABLE exit_code ERROR_VARIABLE errors)
string(LENGTH "${errors}" length)
if(length GREATER 4000)
    math(EXPR first "${length} - 4000")
    string(SUBSTRING "${errors}" ${first} -1 errors)
endif()
message("${errors}")
if(NOT exit_code STREQUAL "0")
    message(FATAL_ERROR "${READER}: an input breaks a promise, see ${WORK} (exit code ${exit_code})")
endif()
