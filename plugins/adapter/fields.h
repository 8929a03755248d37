// Attributes that are integers: from the fields of an ONNX node or a network definition, and to and from an engine's bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <NvInferRuntime.h>

namespace trtfairmot
{

constexpr int32_t kANY_INTEGER = INT32_MAX;

// An attribute of one integer, or of two, of which one given stands for both.
struct IntegerField
{
    char const* name;
    int32_t* values;
    int32_t length;
    int32_t minimum;
    int32_t maximum;
    bool pads{false}; // also takes four, begins and ends that are equal
};

// As a creator announces them.
std::vector<nvinfer1::PluginField> announcedFields(std::vector<IntegerField> const& fields);

// False, with a sentence in `problem`, for a field of the wrong type, length or value. Unknown fields are ignored.
bool readFields(
    nvinfer1::PluginFieldCollection const& given, std::vector<IntegerField> const& fields, std::string& problem);

// A mark, the version of the format, then the integers.
std::vector<uint8_t> bytesFromIntegers(uint32_t mark, uint32_t version, std::vector<int32_t> const& integers);
bool integersFromBytes(void const* bytes, size_t size, uint32_t mark, uint32_t version,
    std::vector<int32_t*> const& integers, std::string& problem);

} // namespace trtfairmot
