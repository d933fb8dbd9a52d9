# A wrong grid costs one sentence before anything is written; a size that was not compiled, the line that compiles it.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

foreach(option input context layers steps batch)
    foreach(text 0 -1 abc 1e3 1:2:3 5:4 1, ,1 1.5 99999999999)
        expect_refusal("--${option} expects whole numbers from 1 to" --${option}=${text})
    endforeach()
    expect_refusal("--${option} has a value twice" --${option} 1:3,2)
endforeach()
expect_refusal("--seeds expects whole numbers from 0 to 2147483647" --seeds -1)
expect_refusal("--seeds may have 100000 values, and '0:2147483647' has more" --seeds 0:2147483647)  # more than anybody means
expect_refusal("--seeds may have 100000 values, and '7,10:100009' has more" --plan --seeds 7,10:100009)
foreach(text 0 -1 nan inf 2 .1.1 x 1,,1)
    expect_refusal("--rate expects learning rates between 0 and 1" --rate=${text})
endforeach()
expect_refusal("--rate has a value twice" --rate .001,0.001)
expect_refusal("--rate has a value twice" --rate .001,.0010000000001)  # one number as float
expect_refusal("--rate expects learning rates" --rate 1e-310)
expect_refusal("the grid has 100000000 cells, and may have 1000000" --plan --seeds 0:99999 --steps 1:1000)
expect_refusal("cells, and may have 1000000" --plan --seeds 0:99999 --steps 1:99999 --batch 1:99999)
expect_refusal("the size 7x10x1 was not compiled: cmake --preset release -D \"INCONTEXT_SWEEP_SIZES=5x10x1;" --input 5,7)
expect_refusal(";10x10x3\" && cmake --build build/release --target sweep" --layers 3)
expect_refusal("--plan only says what would run, so it goes without --quiet" --plan --quiet)
expect_files("")

expect_success(--plan --input 5,10 --context 10,20 --seeds 0:9 --steps 10 --batch 8 --rate .001,.01)
expect_output("80 cells, of which 0 are finished" "the longest takes about" "all that are left about" "on 1 process of 1 thread")
expect_files("")
