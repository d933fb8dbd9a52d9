# Objects for registers of one width link and agree. Objects for registers of two widths, or with two alignments of Eigen's
# matrices, do not link, and the linker says what to do. For every linker that is there.
#
#     cmake -D COMPILER=... -D FLAGS=... -D WORK=... -P check.cmake
#
# COMPILER is g++ or clang++; FLAGS is the file of its options; WORK a directory for what is built.
cmake_policy(VERSION 3.25)

set(sentence "compile_all_objects_with_the_same_march")
set(source "${CMAKE_CURRENT_LIST_DIR}")
set(targets x86-64 x86-64-v3 x86-64-v4)
file(MAKE_DIRECTORY "${WORK}")

function(compile file target)
    cmake_parse_arguments(PARSE_ARGV 2 given "" TO "")
    if(NOT given_TO)
        set(given_TO "${file}.${target}.o")
    endif()
    execute_process(COMMAND "${COMPILER}" "@${FLAGS}" -O1 -march=${target} ${given_UNPARSED_ARGUMENTS}
        -c "${source}/${file}.cpp" -o "${given_TO}"
        WORKING_DIRECTORY "${WORK}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(link here there linker)
    execute_process(COMMAND "${COMPILER}" -fuse-ld=${linker} made_here.${here}.o asked_there.${there}.o -o two_widths
        WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
    set(result "${result}" PARENT_SCOPE)
    set(said "${said}" PARENT_SCOPE)
endfunction()

foreach(target IN LISTS targets)
    compile(asked_there ${target})
endforeach()
compile(made_here x86-64)
compile(made_here x86-64-v3)
# The same registers, and Eigen's matrices aligned otherwise.
foreach(bytes 0 16)
    compile(made_here x86-64-v3 -DEIGEN_MAX_STATIC_ALIGN_BYTES=${bytes} TO made_here.aligned_${bytes}.o)
endforeach()
compile(asked_there x86-64-v3 -DEIGEN_MAX_ALIGN_BYTES=0 TO asked_there.aligned_0.o)

set(tried 0)
foreach(linker bfd gold lld)
    execute_process(COMMAND "${COMPILER}" -fuse-ld=${linker} -Wl,--version RESULT_VARIABLE missing OUTPUT_QUIET ERROR_QUIET)
    if(missing)
        continue()
    endif()
    math(EXPR tried "${tried} + 1")

    link(x86-64 x86-64 ${linker})
    if(result)
        message(FATAL_ERROR "${linker} does not link objects for the same registers:\n${said}")
    endif()
    execute_process(COMMAND "${WORK}/two_widths" COMMAND_ERROR_IS_FATAL ANY)
    link(aligned_0 aligned_0 ${linker})
    if(result)
        message(FATAL_ERROR "${linker} does not link objects of the same alignment:\n${said}")
    endif()

    foreach(pair "x86-64;x86-64-v3" "x86-64;x86-64-v4" "x86-64-v3;x86-64-v4" "x86-64-v3;x86-64"
            "aligned_0;x86-64-v3" "aligned_16;x86-64-v3" "aligned_16;aligned_0" "x86-64-v3;aligned_0")
        link(${pair} ${linker})
        if(NOT result)
            message(FATAL_ERROR "${linker} links objects for different registers, or of different alignments: ${pair}")
        endif()
        if(NOT said MATCHES "${sentence}")
            message(FATAL_ERROR "${linker} does not say ${sentence}:\n${said}")
        endif()
    endforeach()
endforeach()
if(tried EQUAL 0)
    message(FATAL_ERROR "there is no linker")
endif()
