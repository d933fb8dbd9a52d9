# cmake/uninstall.cmake on a tree that holds a file of the user's own, under prefixes that CMake might take for a pattern or a list.
#
#     cmake -D SOURCE=<the source> -D WORK=<a directory of its own> -P uninstall.cmake
cmake_policy(VERSION 3.25)

# expect_refused(SENTENCE): the list is refused, and stays.
function(expect_refused sentence)
    execute_process(COMMAND "${CMAKE_COMMAND}" -D "MANIFEST=${WORK}/manifest.txt" -P "${SOURCE}/cmake/uninstall.cmake"
        RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
    string(REGEX REPLACE "[ \n]+" " " said "${said}")  # where it is wrapped depends on the path of this directory
    string(FIND "${said}" "${sentence}" place)  # a build directory may be called g++, and is no regular expression
    if(result EQUAL 0 OR place EQUAL -1 OR NOT EXISTS "${WORK}/manifest.txt")
        message(SEND_ERROR "the list should be refused, as '${sentence}':\n${said}")
    endif()
endfunction()

# DESTDIR is that of now, or stands in the list: then it need not be told again.
foreach(name plain "in[1]" "in[2" "in]3" "with blank" "star*" "dest/dir" "stage/[1]" "no/stage")
    file(REMOVE_RECURSE "${WORK}")
    set(ENV{DESTDIR} "")
    set(prefix "${WORK}/${name}")
    set(manifest "")
    set(destdir "")
    if(name STREQUAL "dest/dir")
        set(ENV{DESTDIR} "${WORK}")
        set(destdir "${WORK}")
        set(prefix "/dest/dir")
    elseif(name MATCHES "^stage/(.*)")
        set(destdir "${WORK}/${name}")
        set(prefix "/usr")
        set(manifest "DESTDIR=${destdir}\n")
    elseif(name STREQUAL "no/stage")
        set(manifest "DESTDIR=\n")
    endif()
    set(tree "${destdir}${prefix}")
    foreach(file include/incontext/incontext.hpp include/incontext/number/number.hpp include/incontext/io/npy.hpp
            share/cmake/incontext/incontextConfig.cmake)
        file(WRITE "${tree}/${file}" "")
        string(APPEND manifest "${prefix}/${file}\n")
    endforeach()
    file(WRITE "${tree}/include/incontext/number/mine.hpp" "")
    string(REGEX REPLACE "\n$" "" manifest "${manifest}")  # as CMake writes it
    file(WRITE "${WORK}/manifest.txt" "${manifest}")
    if(manifest MATCHES "^DESTDIR=")  # with another one nothing is removed
        set(ENV{DESTDIR} "${WORK}/elsewhere")
        expect_refused("so it cannot be removed with DESTDIR='${WORK}/elsewhere'")
        set(ENV{DESTDIR} "")
    endif()
    execute_process(COMMAND "${CMAKE_COMMAND}" -D "MANIFEST=${WORK}/manifest.txt" -P "${SOURCE}/cmake/uninstall.cmake"
        RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT result EQUAL 0 OR NOT said MATCHES "removed 4 files from [^\n]*\n$" OR said MATCHES "more had been")
        message(SEND_ERROR "'${name}': four files should be removed:\n${said}")
    endif()
    foreach(there include/incontext/number/mine.hpp share/cmake)
        if(NOT EXISTS "${tree}/${there}")
            message(SEND_ERROR "'${name}': ${there} is not the library's, and should be there")
        endif()
    endforeach()
    foreach(gone include/incontext/incontext.hpp include/incontext/number/number.hpp include/incontext/io share/cmake/incontext)
        if(EXISTS "${tree}/${gone}")
            message(SEND_ERROR "'${name}': ${gone} should be removed")
        endif()
    endforeach()
    if(EXISTS "${WORK}/manifest.txt")
        message(SEND_ERROR "'${name}': what was installed is removed, and the list of it should be")
    endif()
endforeach()

set(ENV{DESTDIR} "")

# What is counted is what was there; where nothing is, the list is of something else.
file(WRITE "${WORK}/a/incontext/one.hpp" "")
file(WRITE "${WORK}/manifest.txt" "${WORK}/a/incontext/one.hpp\n${WORK}/a/incontext/two.hpp\n${WORK}/a/incontext/three.hpp")
execute_process(COMMAND "${CMAKE_COMMAND}" -D "MANIFEST=${WORK}/manifest.txt" -P "${SOURCE}/cmake/uninstall.cmake"
    RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
string(FIND "${said}" "removed 1 files from ${WORK}/a/incontext, where 2 more had been\n" place)
if(NOT result EQUAL 0 OR place EQUAL -1)
    message(SEND_ERROR "one file should be removed, and two be missed:\n${said}")
endif()
file(WRITE "${WORK}/manifest.txt" "${WORK}/a/incontext/one.hpp\n${WORK}/a/incontext/two.hpp")
expect_refused("none of the 2 files of ${WORK}/manifest.txt is in ${WORK}/a/incontext")

# A path with a semicolon stands there in two lines, of which nothing is removed.
file(WRITE "${WORK}/a/incontext.hpp" "")
file(WRITE "${WORK}/manifest.txt" "${WORK}/a/incontext.hpp\nb/incontext.hpp")
expect_refused("is no list of installed files")
if(NOT EXISTS "${WORK}/a/incontext.hpp")
    message(SEND_ERROR "nothing should be removed by half a path")
endif()
