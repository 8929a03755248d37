#include "tensorrt/library.h"

#include "common/nativeError.h"
#include "common/sharedLibrary.h"
#include "tensorrt/compat.h"
#include "tensorrt/engine.h"
#include "tensorrt/logger.h"

#include <cstdlib>
#include <dlfcn.h>

namespace trtfairmot
{

namespace
{

std::string& configuredFolder()
{
    static auto* folder = new std::string;
    return *folder;
}

// The exact major first, in the named folder, in TENSORRT_ROOT, then where the loader looks.
std::vector<std::string> candidatesFor(std::string const& stem)
{
    std::string const name = stem + ".so." + std::to_string(NV_TENSORRT_MAJOR);
    std::vector<std::string> candidates;
    char const* root = std::getenv("TENSORRT_ROOT");
    for (auto const& folder : {configuredFolder(), std::string(root ? root : "")})
    {
        if (!folder.empty())
        {
            candidates.push_back(folder + "/" + name);
            candidates.push_back(folder + "/lib/" + name);
        }
    }
    candidates.push_back(name);
    return candidates;
}

std::string versionText(int32_t version)
{
    // 8.x packs as 8600, 10 and later as 101600.
    int32_t const base = version >= 10000 ? 10000 : 1000;
    return std::to_string(version / base) + "." + std::to_string(version % base / 100) + "."
        + std::to_string(version % 100);
}

// "TensorRT 10 (libnvinfer.so.10)" where the loader finds another major version, else empty.
std::string otherVersionInstalled()
{
    for (int32_t const major : {8, 10, 11})
    {
        std::string const name = "libnvinfer.so." + std::to_string(major);
        void* const library = major == NV_TENSORRT_MAJOR ? nullptr : dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
        if (library != nullptr)
        {
            (void) dlclose(library);
            return "TensorRT " + std::to_string(major) + " (" + name + ")";
        }
    }
    return {};
}

SharedLibrary openRuntime()
{
    std::string const expected = "TensorRT " + std::to_string(NV_TENSORRT_MAJOR) + " (libnvinfer)";
    try
    {
        return SharedLibrary::open(candidatesFor("libnvinfer"), expected);
    }
    catch (NativeError const&)
    {
        auto const other = otherVersionInstalled();
        if (other.empty())
        {
            throw;
        }
        throw NativeError(code::kTENSORRT_ABSENT,
            "Expected " + expected + ", which the addon was built for, but received " + other,
            "install TensorRT " + std::to_string(NV_TENSORRT_MAJOR)
                + ", or build the addon with the headers of the installed one: npm run native");
    }
}

SharedLibrary const& parserLibrary()
{
    static auto const library = SharedLibrary::open(candidatesFor("libnvonnxparser"),
        "TensorRT's ONNX parser, version " + std::to_string(NV_TENSORRT_MAJOR));
    return library;
}

} // namespace

void setTensorrtFolder(std::string const& folder)
{
    configuredFolder() = folder;
}

TensorrtLibrary const& TensorrtLibrary::get()
{
    // A failed attempt is not remembered: the next call tries again.
    static TensorrtLibrary const library;
    return library;
}

TensorrtLibrary::TensorrtLibrary()
{
    auto const library = openRuntime();
    mPath = library.path();
    mVersion = library.symbol<int32_t() noexcept>("getInferLibVersion")();
    if (mVersion < NV_TENSORRT_VERSION)
    {
        throw NativeError(code::kTENSORRT_ABSENT,
            "Expected TensorRT " + headerVersion() + " or newer of the same major version but received "
                + versionText(mVersion) + " at " + mPath,
            "install a newer TensorRT, or build the addon with the headers of the installed one: npm run native");
    }
    mCreateRuntime = library.symbol<void*(void*, int32_t) noexcept>("createInferRuntime_INTERNAL");
    mCreateBuilder = library.symbol<void*(void*, int32_t) noexcept>("createInferBuilder_INTERNAL");
    mRegistry = library.symbol<nvinfer1::IPluginRegistry*() noexcept>("getPluginRegistry");
}

nvinfer1::IRuntime* TensorrtLibrary::createRuntime() const
{
    return static_cast<nvinfer1::IRuntime*>(mCreateRuntime(&processLogger(), NV_TENSORRT_VERSION));
}

nvinfer1::IBuilder* TensorrtLibrary::createBuilder() const
{
    return static_cast<nvinfer1::IBuilder*>(mCreateBuilder(&processLogger(), NV_TENSORRT_VERSION));
}

nvonnxparser::IParser* TensorrtLibrary::createParser(nvinfer1::INetworkDefinition& network) const
{
    auto* create = parserLibrary().symbol<void*(void*, void*, int)>("createNvOnnxParser_INTERNAL");
    return static_cast<nvonnxparser::IParser*>(create(&network, &processLogger(), NV_ONNX_PARSER_VERSION));
}

nvinfer1::IPluginRegistry& TensorrtLibrary::registry() const
{
    return *mRegistry();
}

std::string TensorrtLibrary::version() const
{
    return versionText(mVersion);
}

std::string TensorrtLibrary::headerVersion()
{
    return versionText(NV_TENSORRT_VERSION);
}

std::string TensorrtLibrary::parserPath()
{
    return parserLibrary().path();
}

TensorrtInfo tensorrtInfo()
{
    TensorrtInfo info{true, TensorrtLibrary::headerVersion(), "", "", "", ""};
    try
    {
        auto const& library = TensorrtLibrary::get();
        info.found = library.version();
        info.path = library.path();
        info.parserPath = TensorrtLibrary::parserPath();
    }
    catch (NativeError const& error)
    {
        info.error = error.what();
    }
    return info;
}

} // namespace trtfairmot
