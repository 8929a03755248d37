// Shapes of tensors against what a layer asks for, in sentences.
#pragma once

#include <initializer_list>
#include <string>

#include <NvInferRuntime.h>

namespace trtfairmot
{

// False, with a sentence in `problem`, where the shapes differ.
bool expectShape(
    char const* name, nvinfer1::Dims const& dims, std::initializer_list<int64_t> shape, std::string& problem);

bool expectFourDimensions(char const* name, nvinfer1::Dims const& dims, std::string& problem);

} // namespace trtfairmot
