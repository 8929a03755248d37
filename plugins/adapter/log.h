// Messages to TensorRT's log, and the functions of the libnvinfer that this process has loaded.
#pragma once

#include <string>

#include <NvInferRuntime.h>

namespace trtfairmot
{

void logError(std::string const& message);

void setLoggers(nvinfer1::ILoggerFinder* finder);

// A C function of libnvinfer, or nullptr where none is loaded. This library does not link libnvinfer, and never loads
// one: which copy to use is the program's choice.
void* nvinferFunction(char const* name);

} // namespace trtfairmot
