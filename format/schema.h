// The generated schema, with FlatBuffers under a name of Linnet's own, so that an app may link another version of it.
//
// Where LINNET_SCHEMA_OBJECTS is set (converter, tests) the tables also have their object form (format::ModelT ...), for
// building files. It adds functions to the tables and changes nothing that the engine compiles; the engine goes
// without, which halves the time that an op takes to compile.
#ifndef LINNET_FORMAT_SCHEMA_H_
#define LINNET_FORMAT_SCHEMA_H_

#define flatbuffers linnet_flatbuffers
#ifdef LINNET_SCHEMA_OBJECTS
#include "objects/linnet_generated.h"
#else
#include "linnet_generated.h"
#endif

#endif  // LINNET_FORMAT_SCHEMA_H_
