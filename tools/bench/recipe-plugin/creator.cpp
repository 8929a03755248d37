// What the registry sees: the creator of the plugin, and the functions that IPluginRegistry::loadLibrary() asks for.
#include "plugin.h"

#include <cstdio>
#include <cstring>

namespace recipe
{

namespace
{

using nvinfer1::AsciiChar;
using nvinfer1::PluginField;
using nvinfer1::PluginFieldCollection;
using nvinfer1::PluginFieldType;

void readPair(PluginField const& field, std::array<int32_t, 2>& pair)
{
    if (field.type == PluginFieldType::kINT32 && field.data != nullptr && field.length >= 1)
    {
        int32_t const* const values = static_cast<int32_t const*>(field.data);
        pair = {values[0], values[field.length > 1 ? 1 : 0]};
    }
}

} // namespace

Creator::Creator()
{
    for (char const* const name : {"stride", "padding", "dilation"})
    {
        mFields.emplace_back(name, nullptr, PluginFieldType::kINT32, 2);
    }
    mFields.emplace_back("deformable_group", nullptr, PluginFieldType::kINT32, 1);
    mCollection.nbFields = static_cast<int32_t>(mFields.size());
    mCollection.fields = mFields.data();
}

AsciiChar const* Creator::getPluginName() const noexcept
{
    return kNAME;
}

AsciiChar const* Creator::getPluginVersion() const noexcept
{
    return kVERSION;
}

PluginFieldCollection const* Creator::getFieldNames() noexcept
{
    return &mCollection;
}

nvinfer1::IPluginV2* Creator::createPlugin(AsciiChar const*, PluginFieldCollection const* fc) noexcept
{
    Attributes attributes;
    for (int32_t i = 0; fc != nullptr && i < fc->nbFields; ++i)
    {
        PluginField const& field = fc->fields[i];
        std::array<int32_t, 2> group{1, 1};
        std::string const name = field.name;
        readPair(field,
            name == "stride"         ? attributes.stride
                : name == "padding"  ? attributes.padding
                : name == "dilation" ? attributes.dilation
                                     : group);
        if (name == "deformable_group")
        {
            attributes.deformableGroup = group[0];
        }
    }
    return new Plugin(attributes);
}

nvinfer1::IPluginV2* Creator::deserializePlugin(AsciiChar const*, void const* serialData, size_t serialLength) noexcept
{
    if (serialLength != sizeof(Attributes))
    {
        std::fprintf(
            stderr, "[recipe DCNv2] Expected an engine of this plugin but received another: build the engine again\n");
        return nullptr;
    }
    Attributes attributes;
    std::memcpy(&attributes, serialData, sizeof(Attributes));
    return new Plugin(attributes);
}

void Creator::setPluginNamespace(AsciiChar const* pluginNamespace) noexcept
{
    mNamespace = pluginNamespace == nullptr ? "" : pluginNamespace;
}

AsciiChar const* Creator::getPluginNamespace() const noexcept
{
    return mNamespace.c_str();
}

} // namespace recipe

extern "C" __attribute__((visibility("default"))) nvinfer1::IPluginCreator* const* getPluginCreators(
    int32_t& nbCreators)
{
    static auto* const kCREATOR = new recipe::Creator();
    static nvinfer1::IPluginCreator* const kLIST[] = {kCREATOR};
    nbCreators = 1;
    return kLIST;
}

extern "C" __attribute__((visibility("default"))) void setLoggerFinder(nvinfer1::ILoggerFinder*) {}
