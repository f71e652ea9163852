"""What leaves for each place, by the packets of the lab's own network and not by its servers' word.

Answers each line on standard input with one line of JSON: all TCP connections that were begun, each with the bytes that
its client has sent, and all UDP datagrams, in order; and how many packets were missed.
"""
import json
import select
import socket
import struct
import sys

EVERY_PROTOCOL = 3  # ETH_P_ALL
OUTGOING = 4  # PACKET_OUTGOING; on the loopback each packet is seen coming in as well
SOL_PACKET, PACKET_STATISTICS = 263, 6
BUFFER = 64 << 20
HEADERS = 128
SYN, ACK = 0x02, 0x10

packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERY_PROTOCOL))
packets.setsockopt(socket.SOL_SOCKET, 33, BUFFER)  # SO_RCVBUFFORCE
packets.setblocking(False)
flows = []
connections = {}
clients = set()
missed = 0


def take(head):
    version = head[0] >> 4
    if version == 4:
        start, protocol = (head[0] & 15) * 4, head[9]
        length = struct.unpack('!H', head[2:4])[0] - start
        source, to = (socket.inet_ntop(socket.AF_INET, head[at:at + 4]) for at in (12, 16))
    elif version == 6:
        start, protocol = 40, head[6]
        length = struct.unpack('!H', head[4:6])[0]
        source, to = (socket.inet_ntop(socket.AF_INET6, head[at:at + 16]) for at in (8, 24))
    else:
        return
    if protocol not in (6, 17) or len(head) < start + 8:
        return
    source_port, port = struct.unpack('!HH', head[start:start + 4])
    flow = (source, source_port, to, port)
    if protocol == 17:
        if (to, port, source, source_port) not in clients:
            clients.add(flow)
            add('udp', flow, length - 8)
        return
    flags = head[start + 13]
    if flags & (SYN | ACK) == SYN:
        connections[flow] = add('tcp', flow, 0)
    elif flow in connections:
        connections[flow]['bytes'] += length - (head[start + 12] >> 4) * 4


def add(transport, flow, size):
    _, source_port, address, port = flow
    entry = {'transport': transport, 'sourcePort': source_port, 'address': address, 'port': port, 'bytes': size}
    flows.append(entry)
    return entry


def drain():
    while True:
        try:
            head, (_, _, kind, *_) = packets.recvfrom(HEADERS)
        except BlockingIOError:
            return
        if kind == OUTGOING and len(head) >= 20:
            take(head)


print('ready', flush=True)
while True:
    readable, _, _ = select.select([packets, sys.stdin], [], [])
    drain()
    if sys.stdin in readable:
        if sys.stdin.readline() == '':
            break
        missed += struct.unpack('II', packets.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
        print(json.dumps({'flows': flows, 'missed': missed}), flush=True)
