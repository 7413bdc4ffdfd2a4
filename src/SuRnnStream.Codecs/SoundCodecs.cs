namespace SuRnnStream;

/// <summary>MP3 (NLayer), Ogg Vorbis (NVorbis) and Ogg Opus (Concentus), decoded without ffmpeg.</summary>
public static class SoundCodecs
{
    /// <summary>From now on <see cref="AudioFile"/> decodes these kinds itself, in the whole process. Calling it again changes nothing.</summary>
    public static void Register()
    {
        AudioFile.AddCodec(new Mp3Codec());
        AudioFile.AddCodec(new VorbisCodec());
        AudioFile.AddCodec(new OpusCodec());
    }
}
