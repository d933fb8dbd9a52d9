# Passes if CASE with -DBROKEN does not compile and the compiler says every expected text, and if it compiles without.
# COMPILER is g++ or clang++ as KIND (gcc, clang) says; FLAGS is the file of its options. HEADER, if
# it is given, is the first header that CASE includes (theorem, ...), and PRECOMPILED the folder of its precompiled form.

file(STRINGS "${CASE}" expectations REGEX "^// expected(-${KIND})?: ")
if(NOT expectations)
    message(FATAL_ERROR "The case has no line '// expected: ...'")
endif()

# LC_ALL=C: plain quotes. No echo of the source: the text must be in the message and not in the line that it quotes.
set(no_echo_gcc -fno-diagnostics-show-caret)
set(no_echo_clang -fno-caret-diagnostics)
if(HEADER)
    set(precompiled_gcc -Winvalid-pch "-I${PRECOMPILED}")  # finds HEADER.hpp.gch there
    set(precompiled_clang -include-pch "${PRECOMPILED}/incontext/${HEADER}.hpp.gch")
endif()
set(check "${CMAKE_COMMAND}" -E env LC_ALL=C
    "${COMPILER}" ${precompiled_${KIND}} "@${FLAGS}" ${no_echo_${KIND}} -fsyntax-only "${CASE}")

execute_process(COMMAND ${check} RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
    message(NOTICE "${errors}")
    message(FATAL_ERROR "The corrected twin does not compile")
endif()

file(STRINGS "${CASE}" options REGEX "^// options when broken: ")
string(REGEX REPLACE "// options when broken: +" "" options "${options}")
separate_arguments(options)
execute_process(COMMAND ${check} -DBROKEN ${options} RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result EQUAL 0)
    message(FATAL_ERROR "The broken case compiles, but it must not")
endif()

# Line breaks and indentation are the compiler's own affair.
string(REGEX REPLACE "[ \t\r\n]+" " " said "${errors}")
# So is whether the class of a value is named between < and >, as clang++ 19 does and clang++ 14 does not.
if(KIND STREQUAL "clang")
    string(REGEX REPLACE "([<, ])[A-Za-z_:]+{" "\\1{" without_classes "${said}")
    string(APPEND said " ${without_classes}")
endif()
foreach(expectation IN LISTS expectations)
    string(REGEX REPLACE "^// expected[^:]*: +" "" text "${expectation}")
    string(REGEX REPLACE "[ \t\r\n]+" " " text "${text}")
    string(STRIP "${text}" text)
    string(FIND "${said}" "${text}" position)
    if(position EQUAL -1)
        message(NOTICE "expected in the output of ${COMPILER}:\n\n${text}\n\nactual output:\n\n${errors}")
        message(FATAL_ERROR "The compiler does not print the expected text")
    endif()
endforeach()

# Who was told what is wrong must not wait for the limits of constant evaluation, nor read of them.
string(FIND "${expectations}" "limit" position)
if(position EQUAL -1 AND said MATCHES "operation count exceeds limit|constexpr evaluation hit maximum step limit|constexpr. evaluation depth exceeds|constexpr evaluation exceeded maximum depth")
    message(NOTICE "${errors}")
    message(FATAL_ERROR "After its sentence the case runs into a limit of constant evaluation")
endif()
