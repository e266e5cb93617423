# Runs the cases of ONNX's backend tests that Debian packages (libonnx-testdata). A listed case that fails, fails the test;
# one that passes and is not listed is reported. One process each: a case takes less time than a process.
set(LINNET_ONNX_TESTDATA /usr/share/libonnx-testdata/data CACHE PATH "Folder of ONNX's backend tests")

function(linnet_add_conformance_test name list)
  list(TRANSFORM ARGN PREPEND ${LINNET_ONNX_TESTDATA}/)
  add_test(NAME Conformance.${name}
           COMMAND linnet_program verify ${ARGN} --expect ${CMAKE_CURRENT_LIST_DIR}/conformance/${list})
endfunction()

if(EXISTS ${LINNET_ONNX_TESTDATA})
  linnet_add_conformance_test(Nodes node_cases.txt node)
  linnet_add_conformance_test(Models model_cases.txt simple pytorch-converted pytorch-operator)
else()
  message(WARNING "no ONNX backend tests in ${LINNET_ONNX_TESTDATA}: the conformance tests are left out")
endif()
