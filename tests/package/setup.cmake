# setup.sh --peers on a system that has just been installed: it knows no packages before its list of them is fetched. The commands of the
# system are stand-ins that write down what they are asked to do.
#
#     cmake -D SOURCE=<the source> -D WORK=<a directory of its own> -P setup.cmake
cmake_policy(VERSION 3.25)
find_program(BASH bash)
if(NOT BASH)
    message(STATUS "skipped: bash is not installed")
    return()
endif()
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}/bin")

# command(NAME LINE...): a stand-in.
function(command name)
    list(JOIN ARGN "\n" lines)
    file(WRITE "${WORK}/bin/${name}" "#!${BASH}\n${lines}\n")
    file(CHMOD "${WORK}/bin/${name}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()
command(sudo [[exec "$@"]])
command(cmake "echo cmake version 3.25.1")
command(dpkg-query "exit 1")
command(apt-get "echo \"$*\" >>'${WORK}/asked'" "case $* in *update*) touch '${WORK}/is_updated' ;; esac")
command(apt-cache "[ -e '${WORK}/is_updated' ] && case $2 in libxsmm-dev | libopenblas-dev) exit 0 ;; esac" "exit 1")

set(ENV{PATH} "${WORK}/bin:$ENV{PATH}")
execute_process(COMMAND "${BASH}" "${SOURCE}/setup.sh" --peers RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
file(STRINGS "${WORK}/asked" asked)
set(sentence "setup.sh: PyTorch for Python 3 is left out: this system has no package python3-torch.")
string(FIND "${said}" "${sentence}" position)
if(NOT result EQUAL 0 OR position EQUAL -1 OR said MATCHES "(libxsmm|OpenBLAS) is left out")
    message(SEND_ERROR "only PyTorch should be left out:\n${said}")
endif()
if(NOT asked MATCHES "^-q update;-q install [^;]* libxsmm-dev libopenblas-dev$")
    message(SEND_ERROR "the list should be fetched once, and the two peers be installed; apt-get was asked: ${asked}")
endif()

# Where the list cannot be fetched, the peers are left out, and the rest goes on.
command(apt-get "case $* in *update*) echo update >>'${WORK}/asked'; exit 100 ;; esac")
file(REMOVE "${WORK}/asked" "${WORK}/is_updated")
command(apt-cache "exit 1")
command(dpkg-query "case $* in *libxsmm* | *openblas* | *torch*) exit 1 ;; esac" "printf installed")
execute_process(COMMAND "${BASH}" "${SOURCE}/setup.sh" --peers RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
file(STRINGS "${WORK}/asked" asked)
if(NOT result EQUAL 0 OR NOT asked STREQUAL "update" OR NOT said MATCHES "libxsmm is left out"
   OR NOT said MATCHES "could not be fetched")
    message(SEND_ERROR "without a list of packages the peers should be left out, after one attempt (${asked}):\n${said}")
endif()
