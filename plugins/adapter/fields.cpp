#include "adapter/fields.h"

#include <cstring>

namespace trtfairmot
{

namespace
{

using nvinfer1::PluginField;
using nvinfer1::PluginFieldType;

template <typename T>
std::vector<int64_t> integersFrom(PluginField const& field)
{
    T const* const data = static_cast<T const*>(field.data);
    return std::vector<int64_t>(data, data + field.length);
}

// Exporters and parsers of different versions write integers in different widths.
std::vector<int64_t> integersFromField(PluginField const& field)
{
    if (field.data == nullptr || field.length < 1)
    {
        return {};
    }
    switch (field.type)
    {
    case PluginFieldType::kINT8:
        return integersFrom<int8_t>(field);
    case PluginFieldType::kINT16:
        return integersFrom<int16_t>(field);
    case PluginFieldType::kINT32:
        return integersFrom<int32_t>(field);
#if NV_TENSORRT_MAJOR >= 10
    case PluginFieldType::kINT64:
        return integersFrom<int64_t>(field);
#endif
    default:
        return {};
    }
}

std::string listOf(std::vector<int64_t> const& values)
{
    std::string text;
    for (int64_t const value : values)
    {
        text += (text.empty() ? "" : ",") + std::to_string(value);
    }
    return "[" + text + "]";
}

std::string rangeOf(IntegerField const& field)
{
    if (field.maximum != kANY_INTEGER)
    {
        return ", " + std::to_string(field.minimum) + (field.maximum - field.minimum == 1 ? " or " : " to ")
            + std::to_string(field.maximum);
    }
    return ", " + std::to_string(field.minimum) + " or more";
}

bool apply(IntegerField const& target, PluginField const& field, std::string& problem)
{
    std::vector<int64_t> values = integersFromField(field);
    // Pads as ONNX writes them: begins, then ends.
    if (target.pads && values.size() == 4 && values[0] == values[2] && values[1] == values[3])
    {
        values.resize(2);
    }
    bool valid = !values.empty() && values.size() <= static_cast<size_t>(target.length);
    for (int64_t const value : values)
    {
        valid = valid && value >= target.minimum && value <= target.maximum;
    }
    if (!valid)
    {
        problem = std::string("Expected attribute ") + target.name + " to be "
            + (target.length == 2 ? "one or two integers" : "one integer") + rangeOf(target) + ", but received "
            + (values.empty() ? "another type" : listOf(values)) + ".";
        return false;
    }
    target.values[0] = static_cast<int32_t>(values.front());
    target.values[target.length - 1] = static_cast<int32_t>(values.back());
    return true;
}

} // namespace

std::vector<PluginField> announcedFields(std::vector<IntegerField> const& fields)
{
    std::vector<PluginField> announced;
    for (IntegerField const& field : fields)
    {
        announced.emplace_back(field.name, nullptr, PluginFieldType::kINT32, field.length);
    }
    return announced;
}

bool readFields(
    nvinfer1::PluginFieldCollection const& given, std::vector<IntegerField> const& fields, std::string& problem)
{
    for (int32_t i = 0; i < given.nbFields; ++i)
    {
        for (IntegerField const& field : fields)
        {
            bool const same = std::strcmp(given.fields[i].name, field.name) == 0;
            if (same && !apply(field, given.fields[i], problem))
            {
                return false;
            }
        }
    }
    return true;
}

std::vector<uint8_t> bytesFromIntegers(uint32_t mark, uint32_t version, std::vector<int32_t> const& integers)
{
    std::vector<uint32_t> words{mark, version};
    for (int32_t const value : integers)
    {
        words.push_back(static_cast<uint32_t>(value));
    }
    std::vector<uint8_t> bytes(words.size() * sizeof(uint32_t));
    std::memcpy(bytes.data(), words.data(), bytes.size());
    return bytes;
}

bool integersFromBytes(void const* bytes, size_t size, uint32_t mark, uint32_t version,
    std::vector<int32_t*> const& integers, std::string& problem)
{
    std::vector<uint32_t> words(2 + integers.size());
    if (bytes == nullptr || size != words.size() * sizeof(uint32_t))
    {
        problem = "Expected " + std::to_string(words.size() * sizeof(uint32_t))
            + " bytes of attributes in the engine, but received " + std::to_string(size)
            + ": the engine was built with another version of this plugin, rebuild it.";
        return false;
    }
    std::memcpy(words.data(), bytes, size);
    if (words[0] != mark || words[1] != version)
    {
        problem = "Expected attributes of format version " + std::to_string(version) + " in the engine, but received "
            + (words[0] == mark ? "version " + std::to_string(words[1]) : std::string("something else"))
            + ": the engine was built with another version of this plugin, rebuild it.";
        return false;
    }
    for (size_t i = 0; i < integers.size(); ++i)
    {
        *integers[i] = static_cast<int32_t>(words[2 + i]);
    }
    return true;
}

} // namespace trtfairmot
