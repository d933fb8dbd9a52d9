# What cmake/check_objects.cmake reads: the seconds of the compiler and of the system count together, and those of the last time.
#
#     cmake -D SOURCE=<the source> -D WORK=<a directory of its own> -P objects.cmake
cmake_policy(VERSION 3.25)
file(REMOVE_RECURSE "${WORK}")
foreach(object a b old)
    file(WRITE "${WORK}/${object}.o" "")
endforeach()

# check(LINE...) -> result, said
macro(check)
    string(JOIN "\n" lines ${ARGN})
    file(WRITE "${WORK}/objects.txt" "${lines}\n")
    execute_process(COMMAND "${CMAKE_COMMAND}" -D "OBJECTS=${WORK}/objects.txt" -P "${SOURCE}/cmake/check_objects.cmake"
        RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
endmacro()

check("70.00 9.00 2048 c++ -o a.o -c a.cpp" "58.99 1.00 2048 c++ -o a.o -c a.cpp" "0.08 0.09 1024 c++ -o b.o -c b.cpp"
    "3.05 4096 c++ -o old.o -c old.cpp" "90.00 1.00 1024 c++ -o gone.o -c gone.cpp")
if(NOT result EQUAL 0 OR NOT said MATCHES "3 objects" OR NOT said MATCHES "59[.]99 s  2 MB  a[.]o\n"
   OR NOT said MATCHES "0[.]17 s  1 MB  b[.]o" OR NOT said MATCHES "3[.]05 s  4 MB  old[.]o")
    message(SEND_ERROR "three objects should be within the limits:\n${said}")
endif()
check("59.50 0.50 2048 c++ -o a.o -c a.cpp")
if(result EQUAL 0 OR NOT said MATCHES "60[.]00 s  2 MB  a[.]o   beyond the limit")
    message(SEND_ERROR "60 seconds in all are beyond the limit:\n${said}")
endif()
