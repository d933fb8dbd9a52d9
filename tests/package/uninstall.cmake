# cmake/uninstall.cmake on a tree that holds a file of the user's own, under prefixes that CMake might take for a pattern or a list.
#
#     cmake -D SOURCE=<the source> -D WORK=<a directory of its own> -P uninstall.cmake
cmake_policy(VERSION 3.25)

foreach(name plain "in[1]" "in[2" "in]3" "with blank" "star*" "dest/dir")
    file(REMOVE_RECURSE "${WORK}")
    set(ENV{DESTDIR} "")
    set(prefix "${WORK}/${name}")
    if(name STREQUAL "dest/dir")
        set(ENV{DESTDIR} "${WORK}")
        set(prefix "/dest/dir")
    endif()
    set(tree "$ENV{DESTDIR}${prefix}")
    set(manifest "")
    foreach(file include/incontext/incontext.hpp include/incontext/number/number.hpp include/incontext/io/npy.hpp
            share/cmake/incontext/incontextConfig.cmake)
        file(WRITE "${tree}/${file}" "")
        string(APPEND manifest "${prefix}/${file}\n")
    endforeach()
    file(WRITE "${tree}/include/incontext/number/mine.hpp" "")
    string(REGEX REPLACE "\n$" "" manifest "${manifest}")  # as CMake writes it
    file(WRITE "${WORK}/manifest.txt" "${manifest}")
    execute_process(COMMAND "${CMAKE_COMMAND}" -D "MANIFEST=${WORK}/manifest.txt" -P "${SOURCE}/cmake/uninstall.cmake"
        RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT result EQUAL 0 OR NOT said MATCHES "removed 4 files")
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

# A path with a semicolon stands there in two lines, of which nothing is removed.
file(WRITE "${WORK}/a/incontext.hpp" "")
file(WRITE "${WORK}/manifest.txt" "${WORK}/a/incontext.hpp\nb/incontext.hpp")
execute_process(COMMAND "${CMAKE_COMMAND}" -D "MANIFEST=${WORK}/manifest.txt" -P "${SOURCE}/cmake/uninstall.cmake"
    RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
string(REGEX REPLACE "[ \n]+" " " said "${said}")  # where it is wrapped depends on the path of this directory
if(result EQUAL 0 OR NOT said MATCHES "is no list of installed files" OR NOT EXISTS "${WORK}/a/incontext.hpp")
    message(SEND_ERROR "a list with half a path should be refused:\n${said}")
endif()
