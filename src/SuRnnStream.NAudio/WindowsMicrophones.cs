using SuRnnStream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Windows' microphones for a host of detectors.</summary>
public static class WindowsMicrophones
{
    /// <summary>
    /// Makes a host open <c>microphone:NAME</c> by WASAPI on Windows, and <c>loopback:NAME</c>, what a device plays. On other systems it changes nothing.
    /// NAME is a name or an id of <see cref="WasapiMicrophone.Devices"/>; without one it is the system's default.
    /// </summary>
    public static SuRnnStreamBuilder AddWindowsMicrophones(this SuRnnStreamBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return OperatingSystem.IsWindows() ? builder.AddSourceOpener(new WasapiOpener()) : builder;
    }
}
