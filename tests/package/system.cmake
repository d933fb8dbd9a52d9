# Installs the library from a build directory of its own, compiles by pkg-config, removes it, and makes the package of Debian.
cmake_policy(VERSION 3.25)
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")

# run(COMMAND...) -> said
function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT result EQUAL 0)
        message(NOTICE "${said}")
        message(FATAL_ERROR "failed: ${ARGN}")
    endif()
    set(said "${said}" PARENT_SCOPE)
endfunction()

set(options "")
foreach(part TESTS EXAMPLES BENCHMARKS)
    list(APPEND options -D "INCONTEXT_BUILD_${part}=OFF")
endforeach()
run("${CMAKE_COMMAND}" -S "${SOURCE}" -B "${WORK}/build" -G "${GENERATOR}" ${options}
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DEigen3_DIR=${EIGEN}")

# ------------------------------------------------------------------------------------------------- pkg-config --------

run("${CMAKE_COMMAND}" --install "${WORK}/build" --prefix "${WORK}/first")
file(RENAME "${WORK}/first" "${WORK}/moved")  # the installed tree can be moved
find_program(PKG_CONFIG NAMES pkg-config pkgconf)
if(PKG_CONFIG)
    set(ENV{PKG_CONFIG_PATH} "${WORK}/moved/share/pkgconfig:$ENV{PKG_CONFIG_PATH}")
    run("${PKG_CONFIG}" --modversion incontext)
    string(STRIP "${said}" said)
    if(NOT said STREQUAL VERSION)
        message(SEND_ERROR "pkg-config knows version ${said}, not ${VERSION}")
    endif()
    run("${PKG_CONFIG}" --cflags incontext)
    separate_arguments(flags UNIX_COMMAND "${said}")
    run("${COMPILER}" -std=c++20 ${flags} "${CMAKE_CURRENT_LIST_DIR}/add_subdirectory/main.cpp" -o "${WORK}/by_pkg_config")
    run("${WORK}/by_pkg_config")
    run("${COMPILER}" -std=c++20 ${flags} -fsyntax-only -include incontext_theorem.hpp -x c++ /dev/null)
else()
    message(STATUS "skipped: pkg-config is not installed")
endif()

# ------------------------------------------------------------------------------------------------ other places ------

# From a folder that is named like a pattern, to headers in an absolute folder.
set(copy "${WORK}/source [1] a+b")
file(COPY "${SOURCE}/include" "${SOURCE}/cmake" "${SOURCE}/CMakeLists.txt" "${SOURCE}/LICENSE" DESTINATION "${copy}")
run("${CMAKE_COMMAND}" -S "${copy}" -B "${WORK}/apart" -G "${GENERATOR}" ${options}
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DEigen3_DIR=${EIGEN}" "-DCMAKE_INSTALL_PREFIX=${WORK}/package"
    "-DCMAKE_INSTALL_INCLUDEDIR=${WORK}/headers")
run("${CMAKE_COMMAND}" --install "${WORK}/apart")
if(NOT EXISTS "${WORK}/headers/incontext/incontext.hpp" OR NOT EXISTS "${WORK}/headers/incontext_single.hpp")
    message(SEND_ERROR "no headers are installed to ${WORK}/headers")
endif()
file(WRITE "${WORK}/user/CMakeLists.txt" [[
cmake_minimum_required(VERSION 3.25)
project(foreign LANGUAGES CXX)
find_package(incontext REQUIRED CONFIG)
add_library(foreign INTERFACE)
target_link_libraries(foreign INTERFACE incontext::incontext)
]])
run("${CMAKE_COMMAND}" -S "${WORK}/user" -B "${WORK}/user_build" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DEigen3_DIR=${EIGEN}" "-DCMAKE_PREFIX_PATH=${WORK}/package")

# -------------------------------------------------------------------------------------------------- uninstall --------

set(prefix "${WORK}/incontext/prefix")  # a folder that is named so is not the library's for that
run("${CMAKE_COMMAND}" --install "${WORK}/build" --prefix "${prefix}")
file(WRITE "${prefix}/include/other.hpp" "")
run("${CMAKE_COMMAND}" --build "${WORK}/build" --target uninstall)
file(GLOB_RECURSE left LIST_DIRECTORIES TRUE RELATIVE "${prefix}" "${prefix}/*")
list(SORT left)
set(everybodys include include/other.hpp share share/cmake share/doc share/pkgconfig)
if(NOT left STREQUAL everybodys)
    message(SEND_ERROR "after uninstall there should be [${everybodys}], but is [${left}]")
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK}/build" --target uninstall
    RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(result EQUAL 0 OR NOT said MATCHES "nothing was installed from here")
    message(SEND_ERROR "a second uninstall should say that nothing was installed:\n${said}")
endif()

# Below DESTDIR, which need not be told again; a tree at the prefix itself is not touched. Relative, it is from where it is called.
file(WRITE "${prefix}/include/incontext/incontext.hpp" "of another installation")
run("${CMAKE_COMMAND}" -E chdir "${WORK}" "${CMAKE_COMMAND}" -E env DESTDIR=stage
    "${CMAKE_COMMAND}" --install "${WORK}/build" --prefix "${prefix}")
if(NOT EXISTS "${WORK}/stage${prefix}/include/incontext/incontext.hpp")
    message(FATAL_ERROR "the library should be installed below DESTDIR")
endif()

# Neither a component nor a package made in between is what was installed.
run("${CMAKE_COMMAND}" --install "${WORK}/build" --prefix "${WORK}/component" --component Unspecified)
cmake_path(GET CMAKE_COMMAND PARENT_PATH beside)
find_program(CPACK cpack HINTS "${beside}")
find_program(DPKG_DEB dpkg-deb)
set(generators TGZ)
if(DPKG_DEB)
    list(APPEND generators DEB)
endif()
foreach(generator IN LISTS generators)
    if(CPACK)
        run("${CMAKE_COMMAND}" -E chdir "${WORK}/build" "${CPACK}" -G ${generator})
    endif()
endforeach()
run("${CMAKE_COMMAND}" --build "${WORK}/build" --target uninstall)
file(GLOB_RECURSE left RELATIVE "${WORK}/stage" "${WORK}/stage/*")
string(FIND "${said}" " files from ${WORK}/stage/" place)
if(NOT left STREQUAL "" OR NOT said MATCHES "removed [1-9][0-9]+ files" OR place EQUAL -1 OR said MATCHES "more had been")
    message(SEND_ERROR "uninstall should remove what was installed below DESTDIR, and leaves [${left}]:\n${said}")
endif()
if(NOT EXISTS "${prefix}/include/incontext/incontext.hpp" OR NOT EXISTS "${WORK}/component/include/incontext/incontext.hpp")
    message(SEND_ERROR "uninstall should remove nothing else")
endif()

# ----------------------------------------------------------------------------------------------------- Debian --------

if(NOT DPKG_DEB OR NOT CPACK)
    message(STATUS "skipped: dpkg-deb or cpack is not installed")
    return()
endif()
set(package "${WORK}/build/incontext-dev_${VERSION}_all.deb")
run("${DPKG_DEB}" --field "${package}" Package Architecture Depends Version)
foreach(line "Package: incontext-dev" "Architecture: all" "Version: ${VERSION}"
        "Depends: libeigen3-dev (>= 3.4), libboost-dev (>= 1.74)")
    string(FIND "${said}" "${line}\n" position)
    if(position EQUAL -1)
        message(SEND_ERROR "the package should say '${line}', and says:\n${said}")
    endif()
endforeach()
run("${DPKG_DEB}" --contents "${package}")
foreach(file include/incontext/incontext.hpp include/incontext/io/safetensors.hpp include/incontext_theorem.hpp
        include/incontext_single.hpp share/cmake/incontext/incontextConfig.cmake share/pkgconfig/incontext.pc
        share/doc/incontext/LICENSE)
    if(NOT said MATCHES " \\./usr/${file}\n")
        message(SEND_ERROR "the package should have /usr/${file}:\n${said}")
    endif()
endforeach()
if(said MATCHES "\\./(usr/)?(local|lib|bin|work|tmp|home)")
    message(SEND_ERROR "the package has files where it should have none:\n${said}")
endif()
