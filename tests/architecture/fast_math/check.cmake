# Where a result would be silently wrong, options like -ffast-math do not compile; where it only rounds otherwise, they do.
#
#     cmake -D COMPILER=... -D KIND=gcc|clang -D FLAGS=... -D WORK=<scratch folder> -P check.cmake
cmake_policy(VERSION 3.25)

set(sentence "compensated sums and checks for finite numbers need IEEE arithmetic")
set(last_place 20)

function(compile place)
    execute_process(COMMAND "${COMPILER}" "@${FLAGS}" -O1 -DPLACE=${place} ${ARGN} -fsyntax-only
        "${CMAKE_CURRENT_LIST_DIR}/places.cpp" RESULT_VARIABLE result ERROR_VARIABLE said)
    set(result "${result}" PARENT_SCOPE)
    set(said "${said}" PARENT_SCOPE)
endfunction()

function(expect_refusal place)
    compile(${place} ${ARGN})
    if(NOT result OR NOT said MATCHES "${sentence}")
        message(SEND_ERROR "place ${place} is not refused with ${ARGN}:\n${said}")
    endif()
endfunction()

function(expect_success place)
    compile(${place} ${ARGN})
    if(result)
        message(SEND_ERROR "place ${place} does not compile with ${ARGN}:\n${said}")
    endif()
endfunction()

expect_success(0 -ffast-math)
expect_success(21 -ffast-math)
foreach(place RANGE 1 ${last_place})
    expect_refusal(${place} -ffast-math)
endforeach()

expect_refusal(9 -Ofast)
expect_refusal(9 -ffinite-math-only)
if(KIND STREQUAL "gcc")
    expect_refusal(9 -funsafe-math-optimizations)
    expect_refusal(9 -fassociative-math -fno-signed-zeros -fno-trapping-math)
endif()
expect_success(9 -fno-math-errno -fno-trapping-math -freciprocal-math)

# What compiles predicts what it does without.
file(MAKE_DIRECTORY "${WORK}")
foreach(option IN ITEMS -ffast-math -ffinite-math-only)
    execute_process(COMMAND "${COMPILER}" "@${FLAGS}" -O2 ${option} "${CMAKE_CURRENT_LIST_DIR}/predictions.cpp"
        -o "${WORK}/predictions" RESULT_VARIABLE result ERROR_VARIABLE said)
    if(result)
        message(FATAL_ERROR "predictions.cpp does not compile with ${option}:\n${said}")
    endif()
    execute_process(COMMAND "${WORK}/predictions" RESULT_VARIABLE result OUTPUT_VARIABLE said)
    if(result)
        message(SEND_ERROR "with ${option}:\n${said}")
    endif()
endforeach()
