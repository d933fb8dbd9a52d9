# Eigen's macros for its alignment, its order and its checks change no result. Each is compiled and run.
#
#     cmake -D COMPILER=... -D FLAGS=... -D WORK=<scratch folder> -P check.cmake
cmake_policy(VERSION 3.25)

set(source "${CMAKE_CURRENT_LIST_DIR}/products.cpp")
file(MAKE_DIRECTORY "${WORK}")

foreach(macros IN ITEMS
        EIGEN_MAX_ALIGN_BYTES=0 EIGEN_MAX_ALIGN_BYTES=16 EIGEN_MAX_ALIGN_BYTES=32
        EIGEN_MAX_STATIC_ALIGN_BYTES=0 EIGEN_DONT_ALIGN_STATICALLY EIGEN_DONT_VECTORIZE
        EIGEN_DEFAULT_TO_ROW_MAJOR
        "EIGEN_DEFAULT_DENSE_INDEX_TYPE=int EIGEN_NO_DEBUG EIGEN_NO_AUTOMATIC_RESIZING EIGEN_INITIALIZE_MATRICES_BY_ZERO EIGEN_RUNTIME_NO_MALLOC")
    string(REPLACE " " ";-D;" defined "-D;${macros}")
    execute_process(COMMAND "${COMPILER}" "@${FLAGS}" -O1 -march=native ${defined} "${source}" -o "${WORK}/products"
        RESULT_VARIABLE result ERROR_VARIABLE said)
    if(result)
        message(SEND_ERROR "products.cpp does not compile with ${macros}:\n${said}")
        continue()
    endif()
    execute_process(COMMAND "${WORK}/products" RESULT_VARIABLE result OUTPUT_VARIABLE said)
    if(result)
        message(SEND_ERROR "with ${macros}: ${result}\n${said}")
    endif()
endforeach()
