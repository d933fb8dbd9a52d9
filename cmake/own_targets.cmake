# What the programs of this project (tests, examples, benchmarks) share. Nothing here reaches a user of the library.

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)  # there are no modules; newer CMake would look for them in every source

set(INCONTEXT_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 19)
    # It says so of its own -march=native, where the processor has AVX10.
    list(APPEND INCONTEXT_WARNINGS -Wno-invalid-feature-combination)
endif()

add_library(incontext_warnings INTERFACE)
target_compile_options(incontext_warnings INTERFACE
    ${INCONTEXT_WARNINGS}
    $<$<BOOL:${INCONTEXT_WARNINGS_AS_ERRORS}>:-Werror>
    # False alarms of g++ 12: about its own AVX-512 intrinsics, which Eigen's double matrices inline here (GCC bug
    # 105593), and about "text" + std::string (GCC bug 105651). clang still looks for what is used uninitialized.
    "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-uninitialized;-Wno-restrict>")

# Where GNU time is installed, every object is compiled with a stopwatch. What it took stands in objects.txt of the build
# directory, and the target check_objects holds it against the limits.
option(INCONTEXT_MEASURE_OBJECTS "Write down the seconds and the memory that each object takes to compile" OFF)
find_program(INCONTEXT_TIME time)
mark_as_advanced(INCONTEXT_TIME)
set(objects_file "${PROJECT_BINARY_DIR}/objects.txt")
if(INCONTEXT_MEASURE_OBJECTS AND INCONTEXT_TIME AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${INCONTEXT_TIME}" -a -o "${objects_file}" -f "%U %S %M %C")
endif()
add_custom_target(check_objects
    COMMAND "${CMAKE_COMMAND}" -D "OBJECTS=${objects_file}" -P "${PROJECT_SOURCE_DIR}/cmake/check_objects.cmake"
    VERBATIM)

# The programs that the tests run. A sanitizer build needs these alone: what is proved while compiling is no run.
add_custom_target(runtime_tests)
# Programs that only the extended tests run (.ci/extended).
add_custom_target(extended_tests)

# Programs that look for inputs which break a reader (tests/fuzz).
add_custom_target(fuzzers)

# incontext_program(NAME SOURCE...): an executable of this project that uses the library.
function(incontext_program name)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE incontext::incontext incontext_warnings)
endfunction()

# incontext_unavailable(TARGET SENTENCE): a target that can be asked for, but only says why it cannot be built.
function(incontext_unavailable target sentence)
    message(STATUS "${sentence}")
    add_custom_target(${target}
        COMMAND "${CMAKE_COMMAND}" -E echo "${sentence}"
        COMMAND "${CMAKE_COMMAND}" -E false
        VERBATIM)
endfunction()
