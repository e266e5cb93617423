# Converts the network and runs the example on it; the sum that it prints was computed by hand.
execute_process(COMMAND ${LINNET} convert ${MODEL} -o ${FOLDER}/plate.linnet --custom-op my.physics::Heat
                --custom-op my.physics::Flux COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${EXAMPLE} ${FOLDER}/plate.linnet OUTPUT_VARIABLE found COMMAND_ERROR_IS_FATAL ANY)
if(NOT found STREQUAL "total 12, flux 4.5\n")
  message(FATAL_ERROR "found '${found}', expected 'total 12, flux 4.5'")
endif()
# A program that lacks the ops says which node wants which.
execute_process(COMMAND ${LINNET} run ${FOLDER}/plate.linnet RESULT_VARIABLE status ERROR_VARIABLE error)
if(status EQUAL 0 OR NOT error MATCHES "node 'heat': custom op my.physics::Heat is not registered")
  message(FATAL_ERROR "status ${status}, '${error}'")
endif()
