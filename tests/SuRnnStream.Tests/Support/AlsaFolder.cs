using System.Runtime.InteropServices;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>
/// A configuration of Linux's sound library whose devices play files as fast as they are read. One at a time: the library looks for it in
/// the environment. Behind its end a device repeats what is in its buffer.
/// </summary>
sealed partial class AlsaFolder : IDisposable
{
    const string Variable = "ALSA_CONFIG_PATH";
    static readonly SemaphoreSlim OneAtATime = new(1);

    readonly TemporaryFolder _folder = new();

    /// <summary>Skips the test where the library is missing.</summary>
    public AlsaFolder()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libasound.so.2", out _))
            Assert.Skip("there is no libasound.so.2 here (Debian: apt install libasound2)");
        OneAtATime.Wait(TestContext.Current.CancellationToken);
    }

    /// <summary>A device that plays this sound, from its start whenever it is opened, and has any rate and number of channels.</summary>
    public void Add(string name, float[] sound, SampleEncoding encoding = SampleEncoding.S16) => Add(name, Player(name, sound, encoding));

    /// <summary>A device of one rate.</summary>
    public void AddOfRate(string name, int rate) =>
        Add(name, $"type plug slave {{ pcm {{ {Player(name, [0], SampleEncoding.S16)} }} rate {rate} format S16_LE channels 1 }}");

    /// <summary>A device of one channel.</summary>
    public void AddOfOneChannel(string name) =>
        Add(name, $"type multi slaves.a {{ pcm {{ {Player(name, [0], SampleEncoding.S16)} }} channels 1 }} bindings.0 {{ slave a channel 0 }}");

    /// <summary>A device that gives float only.</summary>
    public void AddOfFloat(string name) =>
        Add(name, $"type lfloat slave {{ pcm {{ {Player(name, [0], SampleEncoding.S16)} }} format S16_LE }}");

    string Player(string name, float[] sound, SampleEncoding encoding)
    {
        var raw = _folder.File(name + ".raw");
        File.WriteAllBytes(raw, [.. sound.SelectMany(sample => Encode(sample, encoding))]);
        return $"type file slave.pcm {{ type null }} file /dev/null infile \"{raw}\" format raw";
    }

    void Add(string name, string device)
    {
        var configuration = _folder.File("asound.conf");
        File.AppendAllText(configuration, $"pcm.{name} {{ {device} hint {{ show on description \"The {name}\" }} }}\n");
        SetVariable(Variable, configuration, 1);
    }

    public void Dispose()
    {
        UnsetVariable(Variable);
        OneAtATime.Release();
        _folder.Dispose();
    }

    static byte[] Encode(float sample, SampleEncoding encoding) => encoding switch
    {
        SampleEncoding.S16 => BitConverter.GetBytes((short)(sample * 32768)),
        SampleEncoding.S32 => BitConverter.GetBytes((int)(sample * 2147483648.0)),
        _ => BitConverter.GetBytes(sample),
    };

    // .NET's own environment variables are not those that a native library sees.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);
}
