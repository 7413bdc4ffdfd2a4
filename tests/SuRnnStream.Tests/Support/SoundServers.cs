using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SuRnnStream.Tests.Support;

/// <summary>A server on the loopback that gives each connection the next piece of sound and then closes it, as a camera that reboots. After the last piece it refuses.</summary>
abstract class SoundServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Queue<float[]> _pieces;
    readonly Task _serving;

    protected SoundServer(params float[][] pieces)
    {
        _pieces = new(pieces);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    protected int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public abstract string Address { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _serving.Wait(TimeSpan.FromSeconds(10));
    }

    protected abstract Task ServeAsync(NetworkStream client, float[] sound);

    async Task ServeAsync()
    {
        try
        {
            while (_pieces.Count > 0)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                client.NoDelay = true;
                var stream = client.GetStream();
                await ServeAsync(stream, _pieces.Dequeue());
                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(new byte[1_024]) > 0) { } // until it has all
            }
            _listener.Stop();
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or IOException)
        {
            // the test is over, or ffmpeg has gone
        }
    }
}

/// <summary>A WAV without an end, by HTTP/1.0.</summary>
sealed class HttpSoundServer(params float[][] pieces) : SoundServer(pieces)
{
    public override string Address => $"http://camera:secret@127.0.0.1:{Port}/live.wav";

    protected override async Task ServeAsync(NetworkStream client, float[] sound)
    {
        using var reader = new StreamReader(client, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 }) { }
        await client.WriteAsync("HTTP/1.0 200 OK\r\nContent-Type: audio/wav\r\n\r\n"u8.ToArray());
        using var wav = new MemoryStream();
        WavWriter.Write(wav, sound, ToneModel.Rate);
        await client.WriteAsync(wav.ToArray());
    }
}

/// <summary>16-bit linear sound in RTP packets between the answers of RTSP (RFC 2326, 10.12).</summary>
sealed class RtspSoundServer(params float[][] pieces) : SoundServer(pieces)
{
    const int PacketSamples = 320;

    public override string Address => $"rtsp://127.0.0.1:{Port}/door";

    protected override async Task ServeAsync(NetworkStream client, float[] sound)
    {
        using var reader = new StreamReader(client, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync() is { } request)
        {
            var sequence = "0";
            while (await reader.ReadLineAsync() is { Length: > 0 } header)
                if (header.StartsWith("CSeq:", StringComparison.OrdinalIgnoreCase)) sequence = header[5..].Trim();
            var method = request.Split(' ')[0];
            var description = method != "DESCRIBE" ? "" : $"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=door\r\nt=0 0\r\nm=audio 0 RTP/AVP 97\r\na=rtpmap:97 L16/{ToneModel.Rate}/1\r\na=control:sound\r\n";
            var headers = method switch
            {
                "OPTIONS" => "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n",
                "DESCRIBE" => $"Content-Type: application/sdp\r\nContent-Base: {Address}/\r\nContent-Length: {description.Length.ToString(CultureInfo.InvariantCulture)}\r\n",
                "SETUP" => "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 7\r\n",
                _ => "Session: 7\r\n",
            };
            await client.WriteAsync(Encoding.ASCII.GetBytes($"RTSP/1.0 200 OK\r\nCSeq: {sequence}\r\n{headers}\r\n{description}"));
            if (method != "PLAY") continue;
            await PlayAsync(client, sound);
            return;
        }
    }

    static async Task PlayAsync(NetworkStream client, float[] sound)
    {
        for (var from = 0; from < sound.Length; from += PacketSamples)
        {
            var samples = sound[from..Math.Min(from + PacketSamples, sound.Length)];
            var packet = new byte[4 + 12 + (2 * samples.Length)];
            (packet[0], packet[4], packet[5]) = ((byte)'$', 0x80, 97);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(packet.Length - 4));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)(from / PacketSamples));
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), (uint)from);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), 1);
            for (var i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16BigEndian(packet.AsSpan(16 + (2 * i)), (short)Math.Clamp(MathF.Round(samples[i] * 32_768), short.MinValue, short.MaxValue));
            await client.WriteAsync(packet);
        }
    }
}
