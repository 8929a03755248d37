#include "attributes.h"

#include <cstring>

namespace trtfairmot
{

namespace
{

using nvinfer1::PluginField;
using nvinfer1::PluginFieldType;

constexpr uint32_t kMARK = 0x4E434446U; // "FDCN"
constexpr uint32_t kVERSION = 1U;

struct FieldTarget
{
    char const* name;
    int32_t Attributes::*scalar; // one of the two
    std::array<int32_t, 2> Attributes::*pair;
    int32_t minimum;
    int32_t maximum;
};

constexpr int32_t kANY = INT32_MAX;

FieldTarget const kTARGETS[] = {{"stride", nullptr, &Attributes::stride, 1, kANY},
    {"padding", nullptr, &Attributes::padding, 0, kANY}, {"dilation", nullptr, &Attributes::dilation, 1, kANY},
    {"groups", &Attributes::groups, nullptr, 1, kANY}, {"group", &Attributes::groups, nullptr, 1, kANY},
    {"deformable_group", &Attributes::deformableGroup, nullptr, 1, kANY},
    {"deformable_groups", &Attributes::deformableGroup, nullptr, 1, kANY},
    {"offset_mask", &Attributes::offsetMask, nullptr, 0, 1},
    {"mask_activation", &Attributes::maskActivation, nullptr, 0, 1},
    {"weight_layout", &Attributes::weightLayout, nullptr, 0, 1}, {"relu", &Attributes::relu, nullptr, 0, 1}};

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

bool apply(FieldTarget const& target, PluginField const& field, Attributes& attributes, std::string& problem)
{
    std::vector<int64_t> values = integersFromField(field);
    // Pads as ONNX writes them: begins, then ends.
    bool const symmetric = values.size() == 4 && values[0] == values[2] && values[1] == values[3];
    if (target.pair == &Attributes::padding && symmetric)
    {
        values.resize(2);
    }
    size_t const limit = target.pair != nullptr ? 2 : 1;
    bool valid = !values.empty() && values.size() <= limit;
    for (int64_t const value : values)
    {
        valid = valid && value >= target.minimum && value <= target.maximum;
    }
    if (!valid)
    {
        problem = std::string("Expected attribute ") + target.name + " to be "
            + (limit == 2 ? "one or two integers" : "one integer")
            + (target.maximum == 1        ? ", 0 or 1"
                    : target.minimum == 0 ? ", 0 or more"
                                          : ", 1 or more")
            + ", but received " + (values.empty() ? "another type" : listOf(values)) + ".";
        return false;
    }
    if (target.pair != nullptr)
    {
        attributes.*target.pair = {static_cast<int32_t>(values.front()), static_cast<int32_t>(values.back())};
    }
    else
    {
        attributes.*target.scalar = static_cast<int32_t>(values.front());
    }
    return true;
}

constexpr size_t kINTEGERS = 13;

std::array<int32_t*, kINTEGERS> integersOf(Attributes& a)
{
    return {&a.stride[0], &a.stride[1], &a.padding[0], &a.padding[1], &a.dilation[0], &a.dilation[1], &a.groups,
        &a.deformableGroup, &a.offsetMask, &a.maskActivation, &a.weightLayout, &a.relu, &a.inputCount};
}

} // namespace

nvinfer1::PluginFieldCollection const& announcedFields()
{
    static std::vector<PluginField> const kFIELDS = []()
    {
        std::vector<PluginField> fields;
        for (FieldTarget const& target : kTARGETS)
        {
            fields.emplace_back(target.name, nullptr, PluginFieldType::kINT32, target.pair != nullptr ? 2 : 1);
        }
        return fields;
    }();
    static nvinfer1::PluginFieldCollection const kCOLLECTION{static_cast<int32_t>(kFIELDS.size()), kFIELDS.data()};
    return kCOLLECTION;
}

bool attributesFromFields(nvinfer1::PluginFieldCollection const& fields, Attributes& attributes, std::string& problem)
{
    for (int32_t i = 0; i < fields.nbFields; ++i)
    {
        for (FieldTarget const& target : kTARGETS)
        {
            bool const same = std::strcmp(fields.fields[i].name, target.name) == 0;
            if (same && !apply(target, fields.fields[i], attributes, problem))
            {
                return false;
            }
        }
    }
    return true;
}

std::vector<uint8_t> bytesFromAttributes(Attributes const& attributes)
{
    Attributes copy = attributes;
    std::vector<uint32_t> words{kMARK, kVERSION};
    for (int32_t const* value : integersOf(copy))
    {
        words.push_back(static_cast<uint32_t>(*value));
    }
    std::vector<uint8_t> bytes(words.size() * sizeof(uint32_t));
    std::memcpy(bytes.data(), words.data(), bytes.size());
    return bytes;
}

bool attributesFromBytes(void const* bytes, size_t size, Attributes& attributes, std::string& problem)
{
    std::array<uint32_t, 2 + kINTEGERS> words{};
    if (bytes == nullptr || size != sizeof(words))
    {
        problem = "Expected " + std::to_string(sizeof(words)) + " bytes of attributes in the engine, but received "
            + std::to_string(size) + ": the engine was built with another version of this plugin, rebuild it.";
        return false;
    }
    std::memcpy(words.data(), bytes, size);
    if (words[0] != kMARK || words[1] != kVERSION)
    {
        problem = "Expected attributes of format version " + std::to_string(kVERSION) + " in the engine, but received "
            + (words[0] == kMARK ? "version " + std::to_string(words[1]) : std::string("something else"))
            + ": the engine was built with another version of this plugin, rebuild it.";
        return false;
    }
    std::array<int32_t*, kINTEGERS> const integers = integersOf(attributes);
    for (size_t i = 0; i < kINTEGERS; ++i)
    {
        *integers[i] = static_cast<int32_t>(words[2 + i]);
    }
    return true;
}

} // namespace trtfairmot
