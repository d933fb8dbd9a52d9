# Compiles other_library.cpp with COMPILER, libc++ and the options in the file FLAGS, and runs it.
cmake_policy(VERSION 3.25)
execute_process(COMMAND "${COMPILER}" "@${FLAGS}" -stdlib=libc++ -O1 -pthread "${CMAKE_CURRENT_LIST_DIR}/other_library.cpp"
    -o "${PROGRAM}" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${PROGRAM}" COMMAND_ERROR_IS_FATAL ANY)
