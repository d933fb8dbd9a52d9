# Which versions of incontext find_package finds, and with which versions of Eigen. Eigen's packages are stubs with the version
# file that Eigen writes, over the headers that are there: what is tested is the asking, not Eigen 5.
cmake_policy(VERSION 3.25)
include(CMakePackageConfigHelpers)

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
# By the name of its component, so that the list of installed files, which `uninstall` reads, stays the user's.
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix" --component Unspecified
    COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)

foreach(version 3.3.9 3.4.0 5.0.1)
    set(stub "${WORK}/eigen-${version}/share/eigen3/cmake")
    file(WRITE "${stub}/Eigen3Config.cmake"
        "add_library(Eigen3::Eigen INTERFACE IMPORTED)\ntarget_include_directories(Eigen3::Eigen INTERFACE \"${EIGEN}\")\n")
    write_basic_package_version_file("${stub}/Eigen3ConfigVersion.cmake" VERSION ${version}
        COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
endforeach()

# One that says no version, as FetchContent's in place of a package.
file(WRITE "${WORK}/eigen-unknown/share/eigen3/cmake/Eigen3Config.cmake"
    "add_library(Eigen3::Eigen INTERFACE IMPORTED)\ntarget_include_directories(Eigen3::Eigen INTERFACE \"${EIGEN}\")\n")

file(WRITE "${WORK}/installed/CMakeLists.txt" [[
cmake_minimum_required(VERSION 3.25)
project(foreign LANGUAGES CXX)
find_package(incontext ${ASKED} REQUIRED CONFIG)
]])
file(WRITE "${WORK}/twice/CMakeLists.txt" [[
cmake_minimum_required(VERSION 3.25)
project(foreign LANGUAGES CXX)
find_package(incontext QUIET CONFIG)
find_package(incontext REQUIRED CONFIG)
]])
file(WRITE "${WORK}/subdirectory/CMakeLists.txt" [[
cmake_minimum_required(VERSION 3.25)
project(foreign LANGUAGES CXX)
add_subdirectory("${INCONTEXT_SOURCE}" incontext)
]])

# configure(WAY EIGEN ASKED) -> result, said
function(configure way eigen asked)
    file(REMOVE_RECURSE "${WORK}/build")
    execute_process(COMMAND "${CMAKE_COMMAND}" -S "${WORK}/${way}" -B "${WORK}/build" -G "${GENERATOR}"
        "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_PREFIX_PATH=${WORK}/prefix"
        "-DEigen3_DIR=${WORK}/eigen-${eigen}/share/eigen3/cmake" "-DASKED=${asked}" "-DINCONTEXT_SOURCE=${SOURCE}"
        RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
    string(REGEX REPLACE "[ \n]+" " " said "${said}")
    set(result "${result}" PARENT_SCOPE)
    set(said "${said}" PARENT_SCOPE)
endfunction()

foreach(way installed twice subdirectory)
    foreach(eigen 3.4.0 5.0.1 unknown)
        configure(${way} ${eigen} "")
        file(STRINGS "${WORK}/build/CMakeCache.txt" found REGEX "^Eigen3_DIR:[A-Z]+=.*/eigen-${eigen}/")
        if(result OR NOT found)  # CMake goes on to another Eigen where it finds one
            message(SEND_ERROR "${way}: Eigen ${eigen} is refused:\n${said}")
        endif()
    endforeach()
    configure(${way} 3.3.9 "")
    if(NOT said MATCHES "incontext needs Eigen 3.4 or newer, but [^ ]+ has 3.3.9")
        message(SEND_ERROR "${way}: Eigen 3.3.9 is not refused in one sentence:\n${said}")
    endif()
endforeach()

foreach(asked 0.1 0.1.0 0.1...0.3 0.1...<0.2 0.0...0.1)
    configure(installed 3.4.0 "${asked}")
    if(result)
        message(SEND_ERROR "incontext ${asked} is not found:\n${said}")
    endif()
endforeach()
foreach(asked 0.0 0.2 1.0 0.1.9 0.2...0.3 0.0...<0.1)
    configure(installed 3.4.0 "${asked}")
    if(NOT result)
        message(SEND_ERROR "incontext ${asked} is found")
    endif()
endforeach()
