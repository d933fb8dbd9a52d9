# Builds and runs the foreign project in the folder WAY, in the directory WORK, which is emptied first.
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")

# Sets `out` to what the list of installed files holds, which the target `uninstall` reads.
function(read_manifest out)
    set(text "")
    if(EXISTS "${BUILD}/installed_files.txt")
        file(READ "${BUILD}/installed_files.txt" text)
    endif()
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT result EQUAL 0)
        message(NOTICE "${output}")
        message(FATAL_ERROR "the step above failed")
    endif()
endfunction()

if(WAY STREQUAL "find_package")
    read_manifest(before)
    run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix" --component Unspecified)  # all there is
    read_manifest(after)
    if(NOT before STREQUAL after)
        message(FATAL_ERROR "the list of installed files is the user's, and this test has changed it")
    endif()
    set(where "-DCMAKE_PREFIX_PATH=${WORK}/prefix")

    # Every header of the source arrives, and under the same name.
    file(GLOB_RECURSE in_source RELATIVE "${SOURCE}/include" "${SOURCE}/include/*")
    file(GLOB_RECURSE installed RELATIVE "${WORK}/prefix/include" "${WORK}/prefix/include/*")
    list(APPEND in_source incontext_single.hpp incontext_theorem.hpp)
    list(SORT in_source)
    list(SORT installed)
    if(NOT in_source STREQUAL installed)
        message(FATAL_ERROR "installed headers:\n${installed}\nheaders in the source:\n${in_source}")
    endif()
elseif(WAY STREQUAL "fetch_content")  # an archive, as a release is one
    run("${CMAKE_COMMAND}" -E chdir "${SOURCE}" "${CMAKE_COMMAND}" -E tar czf "${WORK}/incontext.tar.gz"
        CMakeLists.txt LICENSE cmake include setup.sh)
    set(where "-DINCONTEXT_ARCHIVE=${WORK}/incontext.tar.gz")
else()
    set(where "-DINCONTEXT_SOURCE=${SOURCE}")
endif()

run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/${WAY}" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DEigen3_DIR=${EIGEN}" "-DEXPECTED_VERSION=${VERSION}" ${where})
run("${CMAKE_COMMAND}" --build "${WORK}/build")
run("${WORK}/build/foreign")

if(WAY STREQUAL "export")  # what the foreign project installs serves a third one
    run("${CMAKE_COMMAND}" --install "${WORK}/build" --prefix "${WORK}/prefix")
    run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/${WAY}/user" -B "${WORK}/user" -G "${GENERATOR}"
        "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DEigen3_DIR=${EIGEN}" "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
    run("${CMAKE_COMMAND}" --build "${WORK}/user")
    run("${WORK}/user/foreign")

    # Each has its own place for what is named as the other's.
    foreach(of foreign incontext)
        set(text "")
        if(EXISTS "${WORK}/prefix/share/doc/${of}/LICENSE")
            file(READ "${WORK}/prefix/share/doc/${of}/LICENSE" text)
        endif()
        string(FIND "${text}" "of the foreign project" place)
        if(text STREQUAL "" OR (of STREQUAL "foreign" AND place EQUAL -1) OR (of STREQUAL "incontext" AND NOT place EQUAL -1))
            message(FATAL_ERROR "share/doc/${of}/LICENSE should be that of ${of}:\n${text}")
        endif()
    endforeach()
endif()
